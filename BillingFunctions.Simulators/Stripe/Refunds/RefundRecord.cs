using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Refunds;

/// <summary>A refund as stored. Amounts are in minor units, times in Unix seconds.</summary>
public sealed record RefundRecord : IRecord
{
    public required string Id { get; init; }

    public required long Created { get; init; }

    /// <summary><c>pi_…</c>, the payment that was refunded.</summary>
    public required string PaymentIntent { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary><c>duplicate</c>, <c>fraudulent</c> or <c>requested_by_customer</c>; null for none.</summary>
    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
