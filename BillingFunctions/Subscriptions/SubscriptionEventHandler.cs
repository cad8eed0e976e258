using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Subscriptions.Importing;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Subscriptions;

/// <summary>Adds events to subscriptions: first to the subscription itself, then to what its customer's access depends on. May be repeated at any time.</summary>
public sealed partial class SubscriptionEventHandler(
    SubscriptionStore subscriptions, CustomerSubscriptionsStore customers, SubscriptionFetches fetches, ILogger<SubscriptionEventHandler> logger) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => SubscriptionEventReader.SubscriptionOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var read = events.Select(SubscriptionEventReader.Read).OfType<SubscriptionEvent>().Where(one => one.SubscriptionId == subject).ToList();
        var (_, after) = await ApplyAsync(subject, read, cancellationToken);

        // A payment alone does not say what it was for.
        if (after.History.Record is null)
        {
            await fetches.EnqueueAsync(subject, cancellationToken);
        }
    }

    /// <inheritdoc cref="SubscriptionEventHandler"/>
    /// <returns>The subscription before and after.</returns>
    internal async Task<(SubscriptionState Before, SubscriptionState After)> ApplyAsync(string id, IReadOnlyList<SubscriptionEvent> events, CancellationToken cancellationToken)
    {
        var (before, after) = await subscriptions.AddAsync(id, events, cancellationToken);
        foreach (var rejected in after.ChangedSince(before).Where(entry => entry.Outcome == AuditOutcome.Rejected))
        {
            BillingMetrics.RecordRejected();
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
