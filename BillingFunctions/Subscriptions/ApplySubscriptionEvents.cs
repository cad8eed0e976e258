using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Subscriptions;

/// <summary>Adds events to a subscription: first to itself, then to what its customer's access depends on. May be repeated at any time.</summary>
public sealed partial class ApplySubscriptionEvents(SubscriptionStore subscriptions, CustomerSubscriptionsStore customers, ILogger<ApplySubscriptionEvents> logger)
{
    /// <returns>The subscription before and after.</returns>
    internal async Task<(SubscriptionState Before, SubscriptionState After)> RunAsync(string id, IReadOnlyCollection<SubscriptionEvent> events, CancellationToken cancellationToken)
    {
        var (before, after) = await subscriptions.AddAsync(id, events, cancellationToken);
        foreach (var rejected in after.ChangedSince(before).Where(entry => entry.Outcome == AuditOutcome.Rejected))
        {
            Log.Rejected(logger, id, rejected.EventId, rejected.Type, rejected.Reason);
        }

        // Even if nothing was new: the process may have died before it came to this.
        if (after is { Access: { } access, History.Record: { } record })
        {
            await customers.NoteAsync(record.CustomerId, new KnownSubscription(after.AccessVersion, access), isNew: before.Access is null, cancellationToken);
        }

        return (before, after);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Subscription {SubscriptionId} rejected event {EventId} ({EventType}): {Reason}")]
        public static partial void Rejected(ILogger logger, string subscriptionId, string eventId, string eventType, string reason);
    }
}
