using System.Text.Json.Serialization;
using Stripe;

namespace BillingFunctions.Subscriptions.History;

/// <summary>What a Stripe event says of a subscription: all that is kept of it.</summary>
/// <param name="Id">The event, <c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Created">When it happened, Unix time.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="SubscriptionId"><c>sub_…</c>.</param>
/// <param name="CustomerId"><c>cus_…</c>.</param>
public sealed record SubscriptionEvent(string Id, string Type, long Created, bool Livemode, string SubscriptionId, string CustomerId)
{
    /// <summary>Before everything else that is in the list: nothing can happen to a subscription before it is made, whatever the seconds say.</summary>
    public static IComparer<SubscriptionEvent> LifeOrder { get; } = Comparer<SubscriptionEvent>.Create((left, right) =>
    {
        var order = (left.Change != SubscriptionChange.Created).CompareTo(right.Change != SubscriptionChange.Created);
        order = order != 0 ? order : left.Created.CompareTo(right.Created);
        order = order != 0 ? order : left.Change.CompareTo(right.Change);
        return order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
    });

    /// <summary>Stripe's status of the subscription, such as <c>active</c>; null when the event is about an invoice.</summary>
    public string? StripeStatus { get; init; }

    /// <summary>The status before the event, where it changed it.</summary>
    public string? PreviousStripeStatus { get; init; }

    /// <summary>Until when the subscription runs, or until when the invoice paid for it; Unix time.</summary>
    public long? PeriodEnd { get; init; }

    public string? CustomerName { get; init; }

    public string? CustomerEmail { get; init; }

    /// <summary>What it means.</summary>
    [JsonIgnore]
    public SubscriptionChange Change => Type switch
    {
        EventTypes.CustomerSubscriptionCreated => SubscriptionChange.Created,
        EventTypes.CustomerSubscriptionDeleted => SubscriptionChange.Deleted,
        EventTypes.CustomerSubscriptionUpdated when StripeStatus is StripeStatuses.PastDue or StripeStatuses.Unpaid => SubscriptionChange.Lapsed,
        EventTypes.InvoicePaid or EventTypes.InvoicePaymentSucceeded => SubscriptionChange.Paid,
        _ => SubscriptionChange.Updated,
    };
}

/// <summary>
/// What an event means for a subscription, in the order in which things happen when Stripe gives them the same second.
/// The number is the rank in the row keys of the audit: never change it.
/// </summary>
public enum SubscriptionChange
{
    /// <summary>It was made.</summary>
    Created = 0,

    /// <summary>It became past due or unpaid.</summary>
    Lapsed = 1,

    /// <summary>An invoice of it was paid.</summary>
    Paid = 2,

    /// <summary>Anything else about it changed.</summary>
    Updated = 3,

    /// <summary>Stripe ended it.</summary>
    Deleted = 4,
}
