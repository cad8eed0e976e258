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

    /// <summary>It is kept until an event arrives that carries the subscription.</summary>
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
    /// <summary>What an event does to a subscription.</summary>
    /// <param name="record">The subscription before it; null while nothing that carries it has been heard.</param>
    /// <param name="event">The event.</param>
    public static SubscriptionTransition Decide(SubscriptionRecord? record, SubscriptionEvent @event) => (record, @event) switch
    {
        (null, { IsPayment: true }) => new(null, AuditOutcome.Waiting, "Nothing that carries the subscription has arrived."),
        (null, { MakesSubscription: true }) => Applied(SubscriptionStatus.Unpaid, "The subscription was made."),
        (null, { Type: SubscriptionEvent.Snapshot }) => Applied(StatusOf(@event), $"First heard of by {@event.Type}: it was read from Stripe as {@event.StripeStatus}."),
        (null, _) => Applied(SubscriptionStatus.Unpaid, $"First heard of by {@event.Type}: it is older than the webhook, or its beginning has not arrived."),
        ({ Status: SubscriptionStatus.Unpaid }, { Type: SubscriptionEvent.Snapshot, IsInvoicePaid: true }) => DecideSettled(@event.ChangeOf(record)),
        _ => Decide(record.Status, @event.ChangeOf(record)),
    };

    public static SubscriptionTransition Decide(SubscriptionStatus from, SubscriptionChange change) => (from, change) switch
    {
        (SubscriptionStatus.Unpaid, SubscriptionChange.Paid) => Applied(SubscriptionStatus.Paid, "An invoice of it was paid."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.PaidOlder) => Unchanged(from, "An older invoice was paid; the latest one is still overdue."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.PaidInPart) => Unchanged(from, "A part of the invoice was paid; the rest is open."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Resumed) => Applied(SubscriptionStatus.Paid, "It had been paid before, and Stripe says that nothing is overdue any more."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Created) => Unchanged(from, "It is there already."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Lapsed) => Unchanged(from, "It is unpaid already."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Updated) => Unchanged(from, "Nothing about its payment changed."),
        (SubscriptionStatus.Unpaid, SubscriptionChange.Deleted) => Rejected(from, "Only a paid subscription can be canceled, and this one is unpaid."),

        (SubscriptionStatus.Paid, SubscriptionChange.Lapsed) => Applied(SubscriptionStatus.Unpaid, "A payment is overdue."),
        (SubscriptionStatus.Paid, SubscriptionChange.Deleted) => Applied(SubscriptionStatus.Canceled, "Stripe ended it."),
        (SubscriptionStatus.Paid, SubscriptionChange.Created) => Unchanged(from, "It is there already."),
        (SubscriptionStatus.Paid, SubscriptionChange.Paid or SubscriptionChange.PaidOlder) => Unchanged(from, "It is paid already."),
        (SubscriptionStatus.Paid, SubscriptionChange.PaidInPart) => Unchanged(from, "A part of an invoice was paid; it is paid already."),
        (SubscriptionStatus.Paid, SubscriptionChange.Updated or SubscriptionChange.Resumed) => Unchanged(from, "Nothing about its payment changed."),

        (SubscriptionStatus.Canceled, SubscriptionChange.Deleted) => Unchanged(from, "It is canceled already."),
        (SubscriptionStatus.Canceled, _) => Rejected(from, "It is canceled, and that is final."),

        _ => throw new ArgumentOutOfRangeException(nameof(change), $"{from}, {change}", "Not a status and a change"),
    };

    /// <summary>Where a subscription stands that is known from Stripe's API alone. One that is canceled is so whatever became of its invoices.</summary>
    private static SubscriptionStatus StatusOf(SubscriptionEvent snapshot) =>
        snapshot.StripeStatus == StripeStatuses.Canceled ? SubscriptionStatus.Canceled
        : StripeStatuses.IsRunning(snapshot.StripeStatus) && snapshot.IsInvoicePaid ? SubscriptionStatus.Paid
        : SubscriptionStatus.Unpaid;

    /// <summary>A snapshot whose latest invoice is paid makes up for the payment that was not heard, and then says what else it says.</summary>
    private static SubscriptionTransition DecideSettled(SubscriptionChange change) =>
        Decide(SubscriptionStatus.Paid, change) is { To: not SubscriptionStatus.Unpaid } then
            ? Applied(then.To!.Value, "Its latest invoice is paid, as read from Stripe.")
            : Decide(SubscriptionStatus.Unpaid, change);

    private static SubscriptionTransition Applied(SubscriptionStatus to, string reason) => new(to, AuditOutcome.Applied, reason);

    private static SubscriptionTransition Unchanged(SubscriptionStatus? status, string reason) => new(status, AuditOutcome.Unchanged, reason);

    private static SubscriptionTransition Rejected(SubscriptionStatus? status, string reason) => new(status, AuditOutcome.Rejected, reason);
}
