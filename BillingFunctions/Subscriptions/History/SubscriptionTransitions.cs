
namespace BillingFunctions.Subscriptions.History;

/// <summary>What an event did. Stored by name: never rename.</summary>
public enum AuditOutcome
{
    /// <summary>The status changed.</summary>
    Applied = 0,

    /// <summary>The status is the one it would lead to, or it is about something else.</summary>
    Unchanged = 1,

    /// <summary>Not allowed in that status.</summary>
    Rejected = 2,

    /// <summary>It is kept until the event arrives with which the subscription was made.</summary>
    Waiting = 3,
}

/// <summary>What becomes of a status.</summary>
/// <param name="To">The status after it; null while there is no subscription.</param>
/// <param name="Outcome">What the event did.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record SubscriptionTransition(SubscriptionStatus? To, AuditOutcome Outcome, string Reason);

/// <summary>The state machine, whole.</summary>
internal static class SubscriptionTransitions
{
    /// <param name="from">Null while the subscription has not been made.</param>
    /// <param name="change">What happens.</param>
    public static SubscriptionTransition Of(SubscriptionStatus? from, SubscriptionChange change) => (from, change) switch
    {
        (null, SubscriptionChange.Created) => Applied(SubscriptionStatus.Unpaid, "The subscription was made."),
        (null, _) => new(null, AuditOutcome.Waiting, "The event that made the subscription has not arrived."),

        (SubscriptionStatus.Unpaid, SubscriptionChange.Paid) => Applied(SubscriptionStatus.Paid, "An invoice of it was paid."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Created) => Unchanged(from, "It is there already."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Lapsed) => Unchanged(from, "It is unpaid already."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Updated) => Unchanged(from, "Nothing about its payment changed."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Deleted) => Rejected(from, "Only a paid subscription can be canceled, and this one is unpaid."),

        (SubscriptionStatus.Paid, SubscriptionChange.Lapsed) => Applied(SubscriptionStatus.Unpaid, "A payment is overdue."),
        (SubscriptionStatus.Paid, SubscriptionChange.Deleted) => Applied(SubscriptionStatus.Canceled, "Stripe ended it."),
        (SubscriptionStatus.Paid, SubscriptionChange.Created) => Unchanged(from, "It is there already."),
        (SubscriptionStatus.Paid, SubscriptionChange.Paid) => Unchanged(from, "It is paid already."),
        (SubscriptionStatus.Paid, SubscriptionChange.Updated) => Unchanged(from, "Nothing about its payment changed."),

        (SubscriptionStatus.Canceled, SubscriptionChange.Deleted) => Unchanged(from, "It is canceled already."),
        (SubscriptionStatus.Canceled, _) => Rejected(from, "It is canceled, and that is final."),

        _ => throw new ArgumentOutOfRangeException(nameof(change), $"{from}, {change}", "Not a status and a change"),
    };

    private static SubscriptionTransition Applied(SubscriptionStatus to, string reason) => new(to, AuditOutcome.Applied, reason);

    private static SubscriptionTransition Unchanged(SubscriptionStatus? status, string reason) => new(status, AuditOutcome.Unchanged, reason);

    private static SubscriptionTransition Rejected(SubscriptionStatus? status, string reason) => new(status, AuditOutcome.Rejected, reason);
}
