using BillingFunctions.Customers;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions;

/// <summary>A subscription as the API shows it.</summary>
/// <param name="Id">The id at Stripe.</param>
/// <param name="CustomerId">The customer's id at Stripe.</param>
/// <param name="CustomerName">What the customer is called now.</param>
/// <param name="CustomerEmail">The address of the customer now.</param>
/// <param name="Status">The status here.</param>
/// <param name="StripeStatus">The status at Stripe, in its words.</param>
/// <param name="CurrentPeriodEnd">When the paid period ends.</param>
/// <param name="PastDueSince">Since when a payment is overdue; null when none is.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="LastEventId">The last event that it knows of.</param>
/// <param name="UpdatedAt">When it was last changed here.</param>
public sealed record SubscriptionView(
    string Id,
    string CustomerId,
    string? CustomerName,
    string? CustomerEmail,
    SubscriptionStatus Status,
    string? StripeStatus,
    DateTimeOffset? CurrentPeriodEnd,
    DateTimeOffset? PastDueSince,
    bool Livemode,
    string LastEventId,
    DateTimeOffset UpdatedAt)
{
    /// <param name="record">The subscription.</param>
    /// <param name="customer">Its customer, whose present name and e-mail count; without it, those that events of the subscription named last.</param>
    internal static SubscriptionView From(SubscriptionRecord record, Customer? customer) => new(
        record.Id,
        record.CustomerId,
        customer?.Name ?? record.CustomerName,
        customer?.Email ?? record.CustomerEmail,
        record.Status,
        record.StripeStatus,
        record.CurrentPeriodEnd,
        record.PastDueSince,
        record.Livemode,
        record.LastEventId,
        record.UpdatedAt);
}

/// <summary>What became of an event, as the API shows it.</summary>
/// <param name="EventId">The event's id at Stripe.</param>
/// <param name="Type">Its type, such as <c>invoice.paid</c>.</param>
/// <param name="Time">When it happened, by Stripe.</param>
/// <param name="From">The status before it; null when there was no subscription.</param>
/// <param name="To">The status after it.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record AuditView(
    string EventId, string Type, DateTimeOffset Time, SubscriptionStatus? From, SubscriptionStatus? To, AuditOutcome Outcome, string Reason)
{
    internal static AuditView Create(AuditEntry entry) => new(entry.EventId, entry.Type, entry.Time, entry.From, entry.To, entry.Outcome, entry.Reason);
}
