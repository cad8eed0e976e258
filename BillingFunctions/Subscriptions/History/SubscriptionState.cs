using BillingFunctions.Subscriptions.Access;

namespace BillingFunctions.Subscriptions.History;

/// <summary>All events of one subscription, and what they come to. It only ever grows.</summary>
public sealed class SubscriptionState
{
    private readonly HashSet<(string Id, string Type)> _known;

    /// <param name="events">All events, in any order, each once.</param>
    /// <param name="accessVersion">See <see cref="AccessVersion"/>.</param>
    public SubscriptionState(IReadOnlyList<SubscriptionEvent> events, int accessVersion)
    {
        Events = events;
        AccessVersion = accessVersion;
        History = SubscriptionHistory.Fold(events);
        Access = History.Record is null ? null : SubscriptionAccess.From(History.Record);
        _known = [.. events.Select(known => known.Key)];
    }

    /// <summary>A subscription of which nothing is known.</summary>
    public static SubscriptionState Empty { get; } = new([], 0);

    public IReadOnlyList<SubscriptionEvent> Events { get; }

    public SubscriptionHistory History { get; }

    /// <summary>What it means for its customer's access; null as long as there is no subscription.</summary>
    public SubscriptionAccess? Access { get; }

    /// <summary>How many events there were when <see cref="Access"/> last became another. Of two states of one subscription, the higher one is the later.</summary>
    public int AccessVersion { get; }

    /// <summary>This state with more events; this very state if it has them all.</summary>
    public SubscriptionState With(IEnumerable<SubscriptionEvent> events)
    {
        var added = events.Where(@event => !_known.Contains(@event.Key)).DistinctBy(@event => @event.Key).ToList();
        if (added.Count == 0)
        {
            return this;
        }

        IReadOnlyList<SubscriptionEvent> all = [.. Events, .. added];
        var next = new SubscriptionState(all, AccessVersion);
        return next.Access == Access ? next : new SubscriptionState(all, all.Count);
    }

    /// <summary>The audit entries that <paramref name="before"/> did not have, or had otherwise: a late event changes what those after it did.</summary>
    public IReadOnlyList<AuditEntry> ChangedSince(SubscriptionState before)
    {
        var known = before.History.Audit.ToHashSet();
        return [.. History.Audit.Where(entry => !known.Contains(entry))];
    }
}
