using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Webhooks;

/// <summary>
/// Applies a message's events. May run twice: handlers know the events that they have applied. What fails goes on alone as its own message, so that it holds up
/// nobody else; a message of one event that fails is delivered again by the queue, and in the end left to <see cref="GiveUpStripeEventsFunction"/>.
/// </summary>
public sealed class ApplyStripeEventsFunction(InboxStore store, EventDispatcher dispatcher, WebhookInbox inbox)
{
    [Function(nameof(ApplyStripeEventsFunction))]
    public async Task RunAsync([QueueTrigger(StripeEventBatch.Queue)] StripeEventBatch batch, CancellationToken cancellationToken)
    {
        var outcomes = await dispatcher.ApplyAsync(await LoadAsync(batch, cancellationToken), cancellationToken);
        foreach (var settled in outcomes.Where(outcome => outcome.Value.Status != EventStatus.Failed).GroupBy(outcome => outcome.Value.Status))
        {
            await store.SettleAsync(settled.Select(outcome => outcome.Key), settled.Key, cancellationToken);
        }

        var failed = outcomes.Where(outcome => outcome.Value.Status == EventStatus.Failed).ToList();
        foreach (var (id, outcome) in failed)
        {
            // Not given up yet: the row only tells why it hangs.
            await store.SettleAsync([id], EventStatus.Received, cancellationToken, outcome.Error);
        }

        if (batch.Events.Count == 1 && failed is [var (only, alone)])
        {
            throw new EventNotAppliedException(only, alone.Error!);
        }

        await Task.WhenAll(failed.Select(outcome => inbox.EnqueueAloneAsync(outcome.Key, cancellationToken)));
    }

    private async Task<IReadOnlyList<StripeEvent>> LoadAsync(StripeEventBatch batch, CancellationToken cancellationToken)
    {
        var payloads = await Task.WhenAll(batch.Events.Select(async queued => queued.Payload() ?? await store.FindPayloadAsync(queued.Id, cancellationToken)));
        return [.. payloads.OfType<byte[]>().Select(payload => StripeEvent.Parse(payload))];
    }
}

/// <summary>An event could not be applied; the queue delivers it again.</summary>
internal sealed class EventNotAppliedException(string eventId, string error) : Exception($"{eventId}: {error}");
