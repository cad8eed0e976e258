using System.Text.Json;
using Azure;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>
/// Applies a message's events. May run twice: handlers know the events that they have applied. What fails goes on alone as its own message, so that it holds up
/// nobody else; a message of one event that fails is delivered again by the queue, and in the end left to <see cref="StripeEventsPoisonQueueFunction"/>.
/// </summary>
public sealed partial class ApplyStripeEventsFunction(
    InboxStore store,
    WebhookInbox inbox,
    ForeignEvents foreign,
    IEnumerable<IStripeEventHandler> handlers,
    EventGroups groups,
    ILogger<ApplyStripeEventsFunction> logger)
{
    [Function(nameof(ApplyStripeEventsFunction))]
    public async Task RunAsync([QueueTrigger(StripeEventBatch.Queue, Connection = StorageConnection.Name)] StripeEventBatch batch, CancellationToken cancellationToken)
    {
        Edge.About("event_id", batch.Events is [var only] ? only.Key.Id : $"{batch.Events.Count} events");
        Edge.Follows(batch.Events.Select(queued => queued.TraceParent));
        EventOutcome[] outcomes = [.. (await Task.WhenAll(batch.Events.Select(queued => ApplyAsync(queued, cancellationToken)))).OfType<EventOutcome>()];

        foreach (var outcome in outcomes)
        {
            BillingMetrics.RecordApplied(outcome.Status.ToString().ToLowerInvariant());
        }

        // What failed is not given up yet: until then its row only tells why it is stuck.
        await store.RecordAsync(outcomes.Select(outcome => outcome.Status == EventStatus.Failed ? outcome with { Status = EventStatus.Received } : outcome), cancellationToken);
        if (outcomes is [{ Status: EventStatus.Failed } alone])
        {
            throw new EventNotAppliedException(alone.Key.Id, alone.Error!);
        }

        await Task.WhenAll(outcomes.Where(outcome => outcome.Status == EventStatus.Failed).Select(outcome => inbox.EnqueueAloneAsync(outcome.Key, cancellationToken)));
    }

    /// <returns>Null when nothing is left to be done: a message that the sweeper has queued may come late.</returns>
    private async Task<EventOutcome?> ApplyAsync(QueuedEvent queued, CancellationToken cancellationToken)
    {
        try
        {
            var (isSettled, payload) = queued.Payload() is { } body ? (false, body) : await store.FindPayloadAsync(queued.Key, cancellationToken);
            if (isSettled)
            {
                return null;
            }

            if (payload is null)
            {
                return new EventOutcome(queued.Key, EventStatus.Failed, "It is no longer in the inbox.");
            }

            return await ApplyAsync(queued.Key, StripeEvent.Parse(payload));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException or RequestFailedException)
        {
            return new EventOutcome(queued.Key, EventStatus.Failed, $"It cannot be read: {unreadable.Message}");
        }
    }

    private async Task<EventOutcome> ApplyAsync(EventKey key, StripeEvent stripeEvent)
    {
        if (foreign.ReasonToIgnore(stripeEvent) is { } reason)
        {
            return new EventOutcome(key, EventStatus.Ignored, reason);
        }

        var matches = handlers.Select(handler => (Handler: handler, Subject: handler.SubjectOf(stripeEvent))).Where(match => match.Subject is not null).ToList();
        var errors = await Task.WhenAll(matches.Select(match => TryApplyAsync(match.Handler, match.Subject!, stripeEvent)));
        return errors.FirstOrDefault(error => error is not null) is { } error ? new EventOutcome(key, EventStatus.Failed, error)
            : new EventOutcome(key, matches.Count > 0 ? EventStatus.Applied : EventStatus.Ignored);
    }

    /// <returns>Why the event could not be applied; null if it was.</returns>
    private async Task<string?> TryApplyAsync(IStripeEventHandler handler, string subject, StripeEvent stripeEvent)
    {
        try
        {
            await groups.AddAsync((handler, subject), stripeEvent);
            return null;
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, handler.GetType().Name, stripeEvent.Id, subject);
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Handler} could not apply event {EventId} to {Subject}; it comes again.")]
        public static partial void Failed(ILogger logger, Exception exception, string handler, string eventId, string subject);
    }
}

/// <summary>An event could not be applied; the queue delivers it again.</summary>
internal sealed class EventNotAppliedException(string eventId, string error) : Exception($"{eventId}: {error}");
