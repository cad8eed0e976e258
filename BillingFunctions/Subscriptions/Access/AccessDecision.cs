using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>Why a customer has access or not. Of two refusals the one that stands first here is told.</summary>
public enum AccessReason
{
    /// <summary>Allowed: a subscription is paid.</summary>
    Paid,

    /// <summary>Allowed: Stripe has the subscription in its trial.</summary>
    Trialing,

    /// <summary>Allowed: Stripe calls the subscription active, and there is nothing to pay yet.</summary>
    NothingDue,

    /// <summary>Allowed: an invoice was sent, and its due date has not come.</summary>
    NotYetDue,

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

    /// <summary>It has never been paid, and Stripe does not provide the service yet.</summary>
    Unpaid,

    /// <summary>It has been canceled.</summary>
    Canceled,

    /// <summary>There is none.</summary>
    NoSubscription,
}

/// <summary>Whether a customer may use the service.</summary>
/// <param name="Allowed">Whether the customer may use the service.</param>
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
        { Status: SubscriptionStatus.Canceled } or { Standing: StripeStanding.Ended } => No(AccessReason.Canceled, subscription),
        { Standing: StripeStanding.Paused } => No(AccessReason.Paused, subscription),
        { Status: SubscriptionStatus.Paid } => LastingTo(subscription.PeriodEnd, AccessReason.Paid, AccessReason.PeriodEnded, subscription, grace, now),
        { PastDueSince: { } since } => now < since + grace
            ? new AccessDecision(true, AccessReason.GracePeriod, subscription.SubscriptionId, since + grace)
            : No(AccessReason.PastDue, subscription),
        { Standing: StripeStanding.Overdue } => No(AccessReason.PastDue, subscription),
        { Standing: StripeStanding.Trialing } => LastingTo(subscription.PeriodEnd, AccessReason.Trialing, AccessReason.PeriodEnded, subscription, grace, now),
        { Standing: StripeStanding.Active, DueAt: { } due } => LastingTo(due, AccessReason.NotYetDue, AccessReason.PastDue, subscription, grace, now),
        { Standing: StripeStanding.Active } => LastingTo(subscription.PeriodEnd, AccessReason.NothingDue, AccessReason.PeriodEnded, subscription, grace, now),
        _ => No(AccessReason.Unpaid, subscription),
    };

    /// <summary>Allowed until a time, and a little longer: what comes next may be on its way.</summary>
    private static AccessDecision LastingTo(
        DateTimeOffset? end, AccessReason reason, AccessReason refusal, SubscriptionAccess subscription, TimeSpan grace, DateTimeOffset now)
    {
        var last = end + RenewalSlack + grace;
        return end is null || now < end ? new AccessDecision(true, reason, subscription.SubscriptionId, end)
            : now < last ? new AccessDecision(true, AccessReason.RenewalDue, subscription.SubscriptionId, last)
            : No(refusal, subscription);
    }

    private static AccessDecision No(AccessReason reason, SubscriptionAccess subscription) => new(false, reason, subscription.SubscriptionId, null);
}

/// <summary>What Stripe's own status adds to ours. Stored by name: never rename.</summary>
public enum StripeStanding
{
    /// <summary>Not begun, or Stripe says nothing that counts.</summary>
    None = 0,

    /// <summary>A trial has ended without a way to pay; Stripe makes no invoices.</summary>
    Paused = 1,

    /// <summary>Stripe has ended it, even where we could not follow because it was unpaid.</summary>
    Ended = 2,

    Trialing = 3,

    Active = 4,

    /// <summary>Past due or unpaid.</summary>
    Overdue = 5,
}

/// <summary>What the access of a customer depends on, of one subscription.</summary>
public sealed record SubscriptionAccess(
    string SubscriptionId,
    SubscriptionStatus Status,
    StripeStanding Standing,
    DateTimeOffset? PeriodEnd,
    DateTimeOffset? PastDueSince,
    DateTimeOffset? DueAt = null)
{
    internal static SubscriptionAccess From(SubscriptionRecord record) =>
        new(record.Id, record.Status, StandingOf(record.StripeStatus), record.CurrentPeriodEnd, record.PastDueSince, record.DueAt);

    private static StripeStanding StandingOf(string? stripeStatus) => stripeStatus switch
    {
        StripeStatuses.Trialing => StripeStanding.Trialing,
        StripeStatuses.Active => StripeStanding.Active,
        StripeStatuses.Paused => StripeStanding.Paused,
        _ when StripeStatuses.IsEnded(stripeStatus) => StripeStanding.Ended,
        _ when StripeStatuses.IsOverdue(stripeStatus) => StripeStanding.Overdue,
        _ => StripeStanding.None,
    };
}
