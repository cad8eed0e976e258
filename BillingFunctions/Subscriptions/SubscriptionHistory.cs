namespace BillingFunctions.Subscriptions;

/// <summary>What the events of a subscription come to. The same events give the same history, in whatever order and however often they arrived.</summary>
/// <param name="Record">The subscription; null as long as the event that made it is not among them.</param>
/// <param name="Audit">What became of each event, in the order of the subscription's life.</param>
public sealed record SubscriptionHistory(SubscriptionRecord? Record, IReadOnlyList<AuditEntry> Audit)
{
    /// <summary>Plays the events in the order of the subscription's life.</summary>
    public static SubscriptionHistory Fold(IEnumerable<SubscriptionEvent> events)
    {
        SubscriptionRecord? record = null;
        var audit = new List<AuditEntry>();
        foreach (var happened in events.DistinctBy(happened => happened.Id).Order(SubscriptionEvent.LifeOrder))
        {
            var transition = SubscriptionTransitions.Of(record?.Status, happened.Change);
            audit.Add(AuditEntry.Of(happened, record?.Status, transition));
            if (transition.To is { } status)
            {
                record ??= new SubscriptionRecord(happened.SubscriptionId, happened.CustomerId, happened.Livemode);
                record = record.After(happened, status);
            }
        }

        return new SubscriptionHistory(record, audit);
    }
}
