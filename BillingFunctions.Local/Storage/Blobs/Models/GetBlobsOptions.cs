namespace Azure.Storage.Blobs.Models;

/// <summary>Which blobs to list.</summary>
public class GetBlobsOptions
{
    /// <summary>How their names begin; null for all.</summary>
    public string? Prefix { get; set; }
}
