namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>Whoever uses, and is billed.</summary>
public sealed record Organization
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    /// <summary>The customer at Stripe, <c>cus_…</c>; null until it is made.</summary>
    public string? StripeCustomerId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
