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
        foreach (var id in batch.Events.Select(queued => queued.Id))
        {
            var error = (await store.FindAsync(id, cancellationToken))?.Error is { Length: > 0 } known ? known : "It could not be applied.";
            var payload = JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(id)]));
            await failedJobs.AddAsync(StripeEventBatch.Queue, id, payload, error, Attempts, cancellationToken);
            await store.SettleAsync([id], EventStatus.Failed, cancellationToken, error);
        }
    }
}
