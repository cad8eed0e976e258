namespace Stripe;

/// <summary>How a <see cref="StripeClient"/> reaches Stripe; everything left null takes its default.</summary>
public class StripeClientOptions
{
    /// <summary>The secret key; needed by every request that does not bring its own.</summary>
    public string? ApiKey { get; set; }

    public string? ClientId { get; set; }

    /// <summary>The transport; by default a <see cref="SystemNetHttpClient"/>.</summary>
    public IHttpClient? HttpClient { get; set; }

    /// <summary>Where requests go; by default <see cref="StripeClient.DefaultApiBase"/>.</summary>
    public string? ApiBase { get; set; }

    public string? ConnectBase { get; set; }

    public string? FilesBase { get; set; }

    public string? MeterEventsBase { get; set; }

    /// <summary>The connected account of requests that name none.</summary>
    public string? StripeAccount { get; set; }

    /// <summary>The <c>Stripe-Context</c> of requests that name none.</summary>
    public string? StripeContext { get; set; }

    internal StripeClientOptions Clone() => (StripeClientOptions)MemberwiseClone();
}
