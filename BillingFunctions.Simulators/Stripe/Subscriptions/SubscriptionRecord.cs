using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>A subscription as stored; changes make a new one. Times are in Unix seconds.</summary>
public sealed record SubscriptionRecord : IRecord
{
    public required string Id { get; init; }

    public required long Created { get; init; }

    /// <summary>The id of the customer.</summary>
    public required string Customer { get; init; }

    /// <summary>Such as <c>incomplete</c>, <c>active</c>, <c>past_due</c> or <c>canceled</c>.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<SubscriptionItemRecord> Items { get; init; }

    public required long PeriodStart { get; init; }

    public required long PeriodEnd { get; init; }

    /// <summary>What all periods are counted from, so that the 31st stays the 31st.</summary>
    public required long Anchor { get; init; }

    /// <summary>How many periods have begun since the anchor.</summary>
    public int Periods { get; init; }

    public string CollectionMethod { get; init; } = "charge_automatically";

    public long? DaysUntilDue { get; init; }

    public long? CancelAt { get; init; }

    public bool CancelAtPeriodEnd { get; init; }

    public long? CanceledAt { get; init; }

    public long? EndedAt { get; init; }

    public long? TrialEnd { get; init; }

    public string? Description { get; init; }

    public string? DefaultPaymentMethod { get; init; }

    /// <summary>The id of the latest invoice.</summary>
    public string? LatestInvoice { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal bool HasEnded => Status is "canceled" or "incomplete_expired";

    internal bool SendsInvoices => CollectionMethod == "send_invoice";

    internal PriceRecord Price => Items[0].Price;
}

/// <summary>One price of a subscription.</summary>
public sealed record SubscriptionItemRecord(string Id, long Created, PriceRecord Price, long Quantity)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
