using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>Why a customer has access or not. Of two refusals the one that stands first here is told.</summary>
public enum AccessReason
{
    /// <summary>Allowed: a subscription is paid.</summary>
    Paid,

    /// <summary>Allowed: the paid period has just ended, and what comes next has not been heard yet.</summary>
    RenewalDue,

    /// <summary>Allowed: a payment is overdue, but not for longer than the grace period.</summary>
    GracePeriod,

    /// <summary>A payment is overdue.</summary>
    PastDue,

    /// <summary>The paid period has ended, and nothing has been heard since.</summary>
    PeriodEnded,

    /// <summary>Stripe has paused the subscription.</summary>
    Paused,

    /// <summary>It has never been paid.</summary>
    Unpaid,

    /// <summary>It has been canceled.</summary>
    Canceled,

    /// <summary>There is none.</summary>
    NoSubscription,
}

/// <summary>Whether a customer may use the service.</summary>
/// <param name="Reason">The rule that allowed or refused it.</param>
/// <param name="SubscriptionId">The subscription that decided.</param>
/// <param name="Until">How long it stays allowed if nothing else is heard; null when it is not, or when no end is known.</param>
public sealed record AccessDecision(bool Allowed, AccessReason Reason, string? SubscriptionId, DateTimeOffset? Until)
{
    /// <summary>
    /// At the end of a period Stripe says at once that the next one has begun. For as long as the news may be on its way, and until the
    /// reconciler has fetched what was lost, access goes on.
    /// </summary>
    public static readonly TimeSpan RenewalSlack = TimeSpan.FromHours(2);

    /// <summary>The decision by the best of a customer's subscriptions.</summary>
    public static AccessDecision From(IEnumerable<SubscriptionAccess> subscriptions, TimeSpan grace, DateTimeOffset now) =>
        subscriptions.Select(subscription => From(subscription, grace, now))
            .OrderByDescending(decision => decision.Allowed)
            .ThenByDescending(decision => decision.Allowed ? decision.Until ?? DateTimeOffset.MaxValue : default)
            .ThenBy(decision => decision.Reason)
            .ThenBy(decision => decision.SubscriptionId, StringComparer.Ordinal)
            .FirstOrDefault(new AccessDecision(false, AccessReason.NoSubscription, null, null));

    private static AccessDecision From(SubscriptionAccess subscription, TimeSpan grace, DateTimeOffset now) => subscription switch
    {
        { Status: SubscriptionStatus.Canceled } or { Hold: SubscriptionHold.Ended } => No(AccessReason.Canceled, subscription),
        { Hold: SubscriptionHold.Paused } => No(AccessReason.Paused, subscription),
        { Status: SubscriptionStatus.Paid } => OfPaid(subscription, grace, now),
        { PastDueSince: { } since } => now < since + grace
            ? new AccessDecision(true, AccessReason.GracePeriod, subscription.SubscriptionId, since + grace)
            : No(AccessReason.PastDue, subscription),
        _ => No(AccessReason.Unpaid, subscription),
    };

    private static AccessDecision OfPaid(SubscriptionAccess subscription, TimeSpan grace, DateTimeOffset now)
    {
        var id = subscription.SubscriptionId;
        if (subscription.PeriodEnd is not { } end || now < end)
        {
            return new AccessDecision(true, AccessReason.Paid, id, subscription.PeriodEnd);
        }

        var last = end + RenewalSlack + grace;
        return now < last ? new AccessDecision(true, AccessReason.RenewalDue, id, last) : No(AccessReason.PeriodEnded, subscription);
    }

    private static AccessDecision No(AccessReason reason, SubscriptionAccess subscription) => new(false, reason, subscription.SubscriptionId, null);
}

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
    internal static SubscriptionAccess From(SubscriptionRecord record) =>
        new(record.Id, record.Status, HoldOf(record.StripeStatus), record.CurrentPeriodEnd, record.PastDueSince);

    private static SubscriptionHold HoldOf(string? stripeStatus) => stripeStatus switch
    {
        StripeStatuses.Canceled or StripeStatuses.IncompleteExpired => SubscriptionHold.Ended,
        StripeStatuses.Paused => SubscriptionHold.Paused,
        _ => SubscriptionHold.None,
    };
}
