using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Stripe;

/// <summary>How a <see cref="StripeSimulator"/> behaves; the defaults are those of a Stripe sandbox without customers.</summary>
public sealed record StripeSimulatorOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The keys that are accepted; null accepts whatever looks like a Stripe secret or restricted key.</summary>
    public IReadOnlyCollection<string>? ApiKeys { get; init; }

    /// <summary>How much one account may call; null is no limit.</summary>
    public RateLimit? AccountLimit { get; init; } = new(25, TimeSpan.FromSeconds(1));

    /// <summary>How much one account may call one endpoint; null is no limit.</summary>
    public RateLimit? EndpointLimit { get; init; } = new(25, TimeSpan.FromSeconds(1));

    /// <summary>The customers that are there from the start.</summary>
    public CustomerSeedOptions Customers { get; init; } = new();

    /// <summary>Where the randomness of faults and latency begins: the same seed gives the same faults call by call.</summary>
    public int FaultSeed { get; init; }

    /// <summary>The default version of the account, one of <see cref="StripeApiVersions"/>: it shapes events, and answers to calls that name none.</summary>
    public string ApiVersion { get; init; } = StripeApiVersions.Newest;

    /// <summary>Where the events are sent from the start.</summary>
    public IReadOnlyList<WebhookEndpoint> WebhookEndpoints { get; init; } = [];

    /// <summary>How many events are sent at a time; 1 keeps their order as long as nothing fails.</summary>
    public int WebhookConcurrency { get; init; } = 8;

    /// <summary>Where the randomness of <see cref="WebhookDisorder"/> and of twin events begins.</summary>
    public int WebhookSeed { get; init; }

    /// <summary>How many lines an invoice can have, at least 1; Stripe raises it for some accounts.</summary>
    public int MaxInvoiceItems { get; init; } = 250;

    /// <summary>How many of the latest calls <see cref="CallLog"/> keeps.</summary>
    public int RecordedCalls { get; init; } = 100_000;
}
