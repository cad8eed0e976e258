using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Lists;
using BillingFunctions.Simulators.Stripe.Subscriptions;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>An invoice as stored; changes make a new one. Amounts are in minor units, times in Unix seconds.</summary>
public sealed record InvoiceRecord : IRecord
{
    private const long SecondsAnHour = 3600;

    public required string Id { get; init; }

    public required long Created { get; init; }

    /// <summary>The id of the customer.</summary>
    public required string Customer { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<InvoiceLineRecord> Lines { get; init; }

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>.</summary>
    public string Status { get; init; } = "draft";

    /// <summary>What the customer sees; null until finalized, unless it was given.</summary>
    public string? Number { get; init; }

    /// <summary>The id of the subscription; null of an invoice of its own.</summary>
    public string? Subscription { get; init; }

    /// <summary>The subscription's, as they were.</summary>
    public IReadOnlyDictionary<string, string> SubscriptionMetadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Such as <c>manual</c>, <c>subscription_create</c> or <c>subscription_cycle</c>.</summary>
    public string BillingReason { get; init; } = "manual";

    public string CollectionMethod { get; init; } = "charge_automatically";

    public string? Description { get; init; }

    public required long PeriodStart { get; init; }

    public required long PeriodEnd { get; init; }

    public string? Footer { get; init; }

    /// <summary>Whether Stripe moves it on by itself, which only a draft or open invoice does.</summary>
    public bool AutoAdvance { get; init; }

    /// <summary>When Stripe was told to finalize it; null for an hour after it was made.</summary>
    public long? GivenFinalizesAt { get; init; }

    /// <summary>When Stripe finalizes it by itself; null unless it is a draft with <see cref="AutoAdvance"/>.</summary>
    public long? AutomaticallyFinalizesAt
        => this is { AutoAdvance: true, Status: "draft" } ? GivenFinalizesAt ?? (Created + SecondsAnHour) : null;

    public long? DaysUntilDue { get; init; }

    public long? DueDate { get; init; }

    public int AttemptCount { get; init; }

    public long? NextPaymentAttempt { get; init; }

    public long? FinalizedAt { get; init; }

    public long? PaidAt { get; init; }

    /// <summary>Whether it was paid outside of Stripe.</summary>
    public bool PaidOutOfBand { get; init; }

    /// <summary>The id of its payment; null until finalized, and when there is nothing to pay.</summary>
    public string? PaymentId { get; init; }

    public long? VoidedAt { get; init; }

    public long? MarkedUncollectibleAt { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Below zero, it is a credit to the customer.</summary>
    public long Total => Lines.Sum(line => line.Amount);

    /// <summary>What the customer has to pay or has paid, never below zero.</summary>
    public long AmountDue => Math.Max(0, Total) - PrePaymentCredit;

    /// <summary>What credit notes took off while it was not paid.</summary>
    public long PrePaymentCredit { get; init; }

    /// <summary>What credit notes gave back after it was paid.</summary>
    public long PostPaymentCredit { get; init; }

    internal CustomerRecord? BilledTo { get; init; }
}

/// <summary>One line of an invoice. Amounts are in minor units, times in Unix seconds.</summary>
public sealed record InvoiceLineRecord(string Id, long Amount, string? Description, long PeriodStart, long PeriodEnd, long Quantity = 1)
{
    /// <summary>The line's own; Stripe shows that of the subscription on lines of subscriptions.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal SubscriptionItemRecord? Item { get; init; }
}
