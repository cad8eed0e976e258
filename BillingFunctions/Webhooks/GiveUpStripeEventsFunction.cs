using System.Text.Json;
using BillingFunctions.Platform.FailedJobs;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Webhooks;

/// <summary>Takes events that could not be applied into the failed jobs, with their reason. May run twice: a failed job is there once for an event.</summary>
public sealed class GiveUpStripeEventsFunction(InboxStore store, FailedJobStore failedJobs)
{
    /// <summary>As in host.json.</summary>
    private const int Attempts = 5;

    [Function(nameof(GiveUpStripeEventsFunction))]
    public async Task RunAsync([QueueTrigger($"{StripeEventBatch.Queue}-poison")] StripeEventBatch batch, CancellationToken cancellationToken)
    {
        foreach (var key in batch.Events.Select(queued => queued.Key))
        {
            var stored = await store.FindAsync(key, cancellationToken);
            if (stored is { IsSettled: true })
            {
                // A neighbour in the message failed, or somebody has applied it since.
                continue;
            }

            var error = stored is null ? "It is no longer in the inbox." : stored.Error ?? "Whoever applied it was killed each time.";
            var payload = JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(key)]));
            await failedJobs.AddAsync(StripeEventBatch.Queue, key.Id, payload, error, Attempts, cancellationToken);
            await store.SettleAsync([new SettledEvent(key, EventStatus.Failed, error)], cancellationToken);
        }
    }
}
