using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Webhooks;

/// <summary>The <c>Webhooks__…</c> settings.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>Whether only Stripe's published addresses may send webhooks.</summary>
    public bool EnforceStripeIps { get; set; }

    /// <summary>The header in which a trusted proxy puts the sender's address, such as <c>X-Client-IP</c>; empty when there is no proxy. <c>X-Forwarded-For</c> does not reach the app: the Functions host replaces it.</summary>
    public string? ForwardedHeader { get; set; }

    /// <summary>Whether events of connected accounts are applied like the account's own. Otherwise they are kept and ignored.</summary>
    public bool ConnectedAccounts { get; set; }

    /// <summary>Stripe's addresses, comma-separated; those of https://stripe.com/files/ips/ips_webhooks.json when empty.</summary>
    public string? StripeIps { get; set; }

    internal IReadOnlySet<IPAddress> Allowed => (Listed is { Length: > 0 } listed ? listed : StripeAddresses.Published).Select(IPAddress.Parse).ToHashSet();

    internal string[] Listed => (StripeIps ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listed.FirstOrDefault(ip => !IPAddress.TryParse(ip, out _)) is { } wrong)
        {
            yield return new ValidationResult($"Webhooks__StripeIps has '{wrong}'; its parts must be IP addresses, separated by commas.", [nameof(StripeIps)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;

internal static class StripeAddresses
{
    /// <summary>Where Stripe sends webhooks from, by https://docs.stripe.com/ips.</summary>
    public static IReadOnlyList<string> Published { get; } =
    [
        "3.18.12.63", "3.130.192.231", "13.235.14.237", "13.235.122.149", "18.211.135.69", "35.154.171.200",
        "52.15.183.38", "54.88.130.119", "54.88.130.237", "54.187.174.169", "54.187.205.235", "54.187.216.72",
    ];
}
