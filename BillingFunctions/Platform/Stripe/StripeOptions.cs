using System.ComponentModel.DataAnnotations;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Stripe;

/// <summary>The <c>Stripe__…</c> settings.</summary>
public sealed class StripeOptions : IValidatableObject
{
    public const string Section = "Stripe";

    /// <summary>Without it, whatever calls Stripe is off.</summary>
    public const string ApiKeySetting = $"{Section}__{nameof(ApiKey)}";

    /// <summary>Without it, webhooks cannot be verified.</summary>
    public const string WebhookSecretsSetting = $"{Section}__{nameof(WebhookSecrets)}";

    /// <summary>A secret or restricted key, live or test.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Another address that speaks Stripe's API; Stripe's own when empty.</summary>
    public string? ApiBase { get; set; }

    /// <summary>Calls to Stripe for the whole account; 20/1 for a test key and 80/1 for a live one when empty, which leaves room below Stripe's 25 and 100.</summary>
    public string? RateLimit { get; set; }

    /// <summary>Calls to one endpoint; 20/1 when empty, below Stripe's 25.</summary>
    public string? EndpointRateLimit { get; set; }

    /// <summary>Secrets of webhook endpoints, comma-separated; any of them verifies, so that one can be exchanged without a gap.</summary>
    public string? WebhookSecrets { get; set; }

    /// <summary>Whether the key is a live one.</summary>
    public bool IsLive => ApiKey is not null && ApiKey.Contains("_live_", StringComparison.Ordinal);

    internal RateLimit AccountLimit => Limit(RateLimit, IsLive ? "80/1" : "20/1");

    internal RateLimit EndpointLimit => Limit(EndpointRateLimit, "20/1");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The key itself is never shown: it is a secret even when it is wrong.
        if (!string.IsNullOrWhiteSpace(ApiKey) && !(ApiKey.Length > 8 && (ApiKey.StartsWith("sk_", StringComparison.Ordinal) || ApiKey.StartsWith("rk_", StringComparison.Ordinal))))
        {
            yield return new ValidationResult("Stripe__ApiKey must be a Stripe secret key (sk_…) or restricted key (rk_…).", [nameof(ApiKey)]);
        }

        if (!string.IsNullOrEmpty(ApiBase) && (!Uri.TryCreate(ApiBase, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"Stripe__ApiBase is '{ApiBase}'; it must be an absolute http or https address.", [nameof(ApiBase)]);
        }

        foreach (var (setting, value) in new[] { (nameof(RateLimit), RateLimit), (nameof(EndpointRateLimit), EndpointRateLimit) })
        {
            if (!string.IsNullOrEmpty(value) && !RateLimiting.RateLimit.TryParse(value, out _))
            {
                yield return new ValidationResult($"Stripe__{setting} is '{value}'; it must be {RateLimiting.RateLimit.Allowed}.", [setting]);
            }
        }
    }

    private static RateLimit Limit(string? text, string fallback) =>
        RateLimiting.RateLimit.TryParse(string.IsNullOrEmpty(text) ? fallback : text, out var limit)
            ? limit
            : throw new OptionsValidationException(Section, typeof(StripeOptions), [$"Not a rate limit: {text}"]);
}

[OptionsValidator]
internal sealed partial class StripeOptionsValidator : IValidateOptions<StripeOptions>;
