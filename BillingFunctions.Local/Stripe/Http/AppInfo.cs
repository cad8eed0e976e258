namespace Stripe;

/// <summary>The plug-in that makes the requests, as shown to Stripe.</summary>
public class AppInfo
{
    public string? Name { get; set; }

    public string? PartnerId { get; set; }

    public string? Version { get; set; }

    public string? Url { get; set; }

    /// <summary><c>name/version (url)</c>, without what is not set.</summary>
    public string FormatUserAgent()
        => Name + (string.IsNullOrEmpty(Version) ? "" : $"/{Version}") + (string.IsNullOrEmpty(Url) ? "" : $" ({Url})");
}
