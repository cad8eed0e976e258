namespace BillingFunctions.Subscriptions.History;

/// <summary>What the events of a subscription come to. The same events give the same history, in whatever order and however often they arrived.</summary>
/// <param name="Record">The subscription; null as long as no event that carries it is among them.</param>
/// <param name="Audit">What became of each event, in the order of the subscription's life.</param>
public sealed record SubscriptionHistory(SubscriptionRecord? Record, IReadOnlyList<AuditEntry> Audit)
{
    /// <summary>Plays the events in the order of the subscription's life.</summary>
    public static SubscriptionHistory Fold(IEnumerable<SubscriptionEvent> events)
    {
        SubscriptionRecord? record = null;
        var audit = new List<AuditEntry>();
        foreach (var moment in InLifeOrder(events))
        {
            foreach (var @event in ByStatus([.. moment], record?.StripeStatus))
            {
                var transition = SubscriptionTransitions.Decide(record, @event);
                audit.Add(AuditEntry.Create(@event, record?.Status, transition));
                if (transition.To is { } status)
                {
                    record ??= new SubscriptionRecord(@event.SubscriptionId, @event.CustomerId, @event.Livemode);
                    record = record.After(@event, status);
                }
            }
        }

        return new SubscriptionHistory(record, audit);
    }

    /// <summary>
    /// The events of one moment together. The first event that carries the subscription goes before all others, alone: what was paid before it was paid for this subscription all the
    /// same, but before what else happened in its second.
    /// </summary>
    private static IEnumerable<IEnumerable<SubscriptionEvent>> InLifeOrder(IEnumerable<SubscriptionEvent> events)
    {
        var inOrder = events.DistinctBy(@event => @event.Key).Order(SubscriptionEvent.LifeOrder).ToList();
        if (inOrder.FindIndex(@event => !@event.IsPayment) is > 0 and var origin)
        {
            yield return [inOrder[origin]];
            inOrder.RemoveAt(origin);
        }

        foreach (var moment in inOrder.GroupBy(@event => (@event.MakesSubscription, @event.Created, @event.Rank)))
        {
            yield return moment;
        }
    }

    /// <summary>Of changes in one second, each begins with the status at which the one before has ended; where that leaves a choice, a lapse comes first, and then ids decide.</summary>
    private static IEnumerable<SubscriptionEvent> ByStatus(List<SubscriptionEvent> moment, string? status)
    {
        while (moment.Count > 0)
        {
            var next = moment.Find(@event => @event.StripeStatus == status && Before(@event) == status)
                ?? moment.Find(@event => Before(@event) == status)
                ?? moment[0];
            moment.Remove(next);
            status = next.StripeStatus ?? status;
            yield return next;
        }
    }

    private static string? Before(SubscriptionEvent @event) => @event.PreviousStripeStatus ?? @event.StripeStatus;
}

/// <summary>What became of one event.</summary>
/// <param name="EventId">The event, <c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Time">When it happened.</param>
/// <param name="From">The status before it; null when there was no subscription.</param>
/// <param name="To">The status after it.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record AuditEntry(
    string EventId,
    string Type,
    DateTimeOffset Time,
    SubscriptionStatus? From,
    SubscriptionStatus? To,
    AuditOutcome Outcome,
    string Reason)
{
    internal static AuditEntry Create(SubscriptionEvent @event, SubscriptionStatus? from, SubscriptionTransition transition) => new(
        @event.Id,
        @event.Type,
        DateTimeOffset.FromUnixTimeSeconds(@event.Created),
        from,
        transition.To,
        transition.Outcome,
        transition.Reason);
}
