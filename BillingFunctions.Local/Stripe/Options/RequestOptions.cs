namespace Stripe;

/// <summary>What is special about one call; what is left null comes from the client.</summary>
public class RequestOptions
{
    public string? ApiKey { get; set; }

    /// <summary>Up to 255 characters; the same key gives the first call's answer again. By default random for each POST.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>The connected account to act for.</summary>
    public string? StripeAccount { get; set; }

    public string? StripeContext { get; set; }

    public string? StripeRequestTrigger { get; set; }

    internal static RequestOptions Merge(RequestOptions? options, StripeClientOptions client)
    {
        var merged = Merge(options, client.ApiKey);
        merged.StripeContext ??= client.StripeContext;
        merged.StripeAccount = string.IsNullOrEmpty(merged.StripeAccount) ? client.StripeAccount : merged.StripeAccount;
        return merged;
    }

    internal static RequestOptions Merge(RequestOptions? options, string? apiKey)
    {
        var merged = (RequestOptions?)options?.MemberwiseClone() ?? new RequestOptions();
        merged.ApiKey = string.IsNullOrEmpty(merged.ApiKey) ? apiKey : merged.ApiKey;
        return merged;
    }
}
