using System.Text.Json.Serialization;
using Stripe;

namespace BillingFunctions.Subscriptions.History;

/// <summary>What a Stripe event says of a subscription: all that is kept of it.</summary>
/// <param name="Id">The event, <c>evt_…</c>; of a snapshot an id of ours.</param>
/// <param name="Type">Such as <c>invoice.paid</c>, or <see cref="Snapshot"/>.</param>
/// <param name="Created">When it happened, Unix time.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="SubscriptionId"><c>sub_…</c>.</param>
/// <param name="CustomerId"><c>cus_…</c>.</param>
public sealed record SubscriptionEvent(string Id, string Type, long Created, bool Livemode, string SubscriptionId, string CustomerId)
{
    /// <summary>The type of an event that no webhook brought: the subscription as it was read from Stripe's API.</summary>
    public const string Snapshot = "billing.subscription.snapshot";

    /// <summary>
    /// What made the subscription comes first: nothing can happen to it before, whatever the seconds say. Then by second. Inside a second payments come behind what the
    /// subscription says of itself, so that a lapse and a payment of one second end in paid.
    /// </summary>
    public static IComparer<SubscriptionEvent> LifeOrder { get; } = Comparer<SubscriptionEvent>.Create((left, right) =>
    {
        var order = left.MakesSubscription.CompareTo(right.MakesSubscription) * -1;
        order = order != 0 ? order : left.Created.CompareTo(right.Created);
        order = order != 0 ? order : left.Rank.CompareTo(right.Rank);
        order = order != 0 ? order : left.SaysOverdue.CompareTo(right.SaysOverdue) * -1;
        order = order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
        return order != 0 ? order : string.CompareOrdinal(left.Type, right.Type);
    });

    /// <summary>Stripe's status of the subscription, such as <c>active</c>; null when the event is about an invoice.</summary>
    public string? StripeStatus { get; init; }

    /// <summary>The status before the event, where it changed it.</summary>
    public string? PreviousStripeStatus { get; init; }

    /// <summary>Until when the subscription runs, or until when the invoice paid for it; Unix time.</summary>
    public long? PeriodEnd { get; init; }

    /// <summary>Of a payment the invoice; otherwise the latest invoice of the subscription, null if it has none or does not say.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Whether the invoice is paid whole: the one that a payment is about, or the latest one of a snapshot.</summary>
    public bool IsInvoicePaid { get; init; }

    /// <summary>Until when the latest invoice can be paid; Unix time. Null unless invoices are sent to the customer to be paid later.</summary>
    public long? DueAt { get; init; }

    public string? CustomerName { get; init; }

    public string? CustomerEmail { get; init; }

    /// <summary>Two events of one id but of different types are two events.</summary>
    [JsonIgnore]
    public (string Id, string Type) Key => (Id, Type);

    [JsonIgnore]
    public bool IsPayment => Type is EventTypes.InvoicePaid or EventTypes.InvoicePaymentSucceeded;

    [JsonIgnore]
    public bool MakesSubscription => Type == EventTypes.CustomerSubscriptionCreated;

    [JsonIgnore]
    public bool SaysOverdue => StripeStatuses.IsOverdue(StripeStatus);

    /// <summary>
    /// The place inside a second. A snapshot comes first: what happened before it in that second is in it, so that hearing of it again does no harm, and what
    /// happened after it must not be undone.
    /// </summary>
    [JsonIgnore]
    public int Rank => Type switch
    {
        EventTypes.CustomerSubscriptionCreated => 0,
        Snapshot => 1,
        EventTypes.InvoicePaid or EventTypes.InvoicePaymentSucceeded => 3,
        EventTypes.CustomerSubscriptionDeleted => 4,
        _ => 2,
    };

    /// <summary>What it means for a subscription.</summary>
    public SubscriptionChange ChangeOf(SubscriptionRecord record) => Type switch
    {
        EventTypes.CustomerSubscriptionCreated => SubscriptionChange.Created,
        _ when IsPayment => !IsInvoicePaid ? SubscriptionChange.PaidInPart
            : record.IsOverdue && record.LatestInvoiceId is { } latest && InvoiceId is { } paid && paid != latest ? SubscriptionChange.PaidOlder
            : SubscriptionChange.Paid,
        EventTypes.CustomerSubscriptionDeleted => SubscriptionChange.Deleted,
        Snapshot when StripeStatuses.IsEnded(StripeStatus) => SubscriptionChange.Deleted,
        _ when SaysOverdue => SubscriptionChange.Lapsed,
        _ when StripeStatuses.IsRunning(StripeStatus) && record.HasBeenPaid => SubscriptionChange.Resumed,
        _ => SubscriptionChange.Updated,
    };
}

/// <summary>What an event means for a subscription.</summary>
public enum SubscriptionChange
{
    /// <summary>It was made.</summary>
    Created,

    /// <summary>It became past due or unpaid.</summary>
    Lapsed,

    /// <summary>Stripe calls it active or in its trial, and it has been paid before.</summary>
    Resumed,

    /// <summary>An invoice of it was paid; the latest one if it was overdue.</summary>
    Paid,

    /// <summary>An invoice was paid while a later one is overdue.</summary>
    PaidOlder,

    /// <summary>Something was paid, but the invoice is still open.</summary>
    PaidInPart,

    /// <summary>Anything else about it changed.</summary>
    Updated,

    /// <summary>Stripe ended it.</summary>
    Deleted,
}
