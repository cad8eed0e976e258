using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Subscriptions;

/// <summary>Applies Stripe's events to subscriptions: first the subscription itself, then what its customer's access depends on.</summary>
public sealed partial class SubscriptionEventHandler(
    SubscriptionStore subscriptions, CustomerSubscriptionsStore customers, ILogger<SubscriptionEventHandler> logger) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => SubscriptionEventReader.SubscriptionOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var read = events.Select(SubscriptionEventReader.Read).OfType<SubscriptionEvent>().Where(one => one.SubscriptionId == subject).ToList();
        var (before, after) = await subscriptions.AddAsync(subject, read, cancellationToken);
        foreach (var rejected in after.ChangedSince(before).Where(entry => entry.Outcome == AuditOutcome.Rejected))
        {
            Log.Rejected(logger, subject, rejected.EventId, rejected.Type, rejected.Reason);
        }

        // Even if nothing was new: the process may have died before it came to this.
        if (after is { Access: { } access, History.Record: { } record })
        {
            var isNew = before.Access is null;
            await customers.NoteAsync(record.CustomerId, new KnownSubscription(after.AccessVersion, access), isNew, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Subscription {SubscriptionId} rejected event {EventId} ({EventType}): {Reason}")]
        public static partial void Rejected(ILogger logger, string subscriptionId, string eventId, string eventType, string reason);
    }
}
