using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>Where events are sent.</summary>
/// <param name="Url">Takes a POST; only 2xx counts as accepted.</param>
/// <param name="Secrets">Each makes one <c>v1</c> signature, as while a secret is being rolled; at least one.</param>
public sealed record WebhookEndpoint(Uri Url, params IReadOnlyList<string> Secrets)
{
    /// <summary>The version that shapes the events of this endpoint, one of <see cref="StripeApiVersions"/>; null takes that of the account.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The types to send; empty sends all.</summary>
    public IReadOnlyCollection<string> Types { get; init; } = [];
}
