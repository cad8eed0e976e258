namespace BillingFunctions.Subscriptions;

/// <summary>What became of one event.</summary>
/// <param name="EventId">The event, <c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Change">What it means for a subscription.</param>
/// <param name="Time">When it happened.</param>
/// <param name="From">The status before it; null when there was no subscription.</param>
/// <param name="To">The status after it.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record AuditEntry(
    string EventId,
    string Type,
    SubscriptionChange Change,
    DateTimeOffset Time,
    SubscriptionStatus? From,
    SubscriptionStatus? To,
    AuditOutcome Outcome,
    string Reason)
{
    internal static AuditEntry Of(SubscriptionEvent happened, SubscriptionStatus? from, SubscriptionTransition transition) => new(
        happened.Id,
        happened.Type,
        happened.Change,
        DateTimeOffset.FromUnixTimeSeconds(happened.Created),
        from,
        transition.To,
        transition.Outcome,
        transition.Reason);
}
