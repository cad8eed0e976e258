using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>What Stripe's own status adds to ours. Stored by name: never rename.</summary>
public enum SubscriptionHold
{
    None = 0,

    /// <summary>A trial has ended without a way to pay; Stripe makes no invoices.</summary>
    Paused = 1,

    /// <summary>Stripe has ended it, even where we could not follow because it was unpaid.</summary>
    Ended = 2,
}

/// <summary>What the access of a customer depends on, of one subscription.</summary>
public sealed record SubscriptionAccess(
    string SubscriptionId, SubscriptionStatus Status, SubscriptionHold Hold, DateTimeOffset? PeriodEnd, DateTimeOffset? PastDueSince)
{
    internal static SubscriptionAccess Of(SubscriptionRecord record) =>
        new(record.Id, record.Status, HoldOf(record.StripeStatus), record.CurrentPeriodEnd, record.PastDueSince);

    private static SubscriptionHold HoldOf(string? stripeStatus) => stripeStatus switch
    {
        StripeStatuses.Canceled or StripeStatuses.IncompleteExpired => SubscriptionHold.Ended,
        StripeStatuses.Paused => SubscriptionHold.Paused,
        _ => SubscriptionHold.None,
    };
}
