using BillingFunctions.Customers;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions;

/// <summary>A subscription as the API shows it.</summary>
internal sealed record SubscriptionView(
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
    public static SubscriptionView From(SubscriptionRecord record, Customer? customer) => new(
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
internal sealed record AuditView(
    string EventId, string Type, DateTimeOffset Time, SubscriptionStatus? From, SubscriptionStatus? To, AuditOutcome Outcome, string Reason)
{
    public static AuditView Create(AuditEntry entry) => new(entry.EventId, entry.Type, entry.Time, entry.From, entry.To, entry.Outcome, entry.Reason);
}
