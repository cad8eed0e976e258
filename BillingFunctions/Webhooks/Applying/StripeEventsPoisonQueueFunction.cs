using System.Text.Json;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>Takes events that could not be applied into the failed jobs, with their reason. May run twice: a failed job is there once for an event.</summary>
public sealed class StripeEventsPoisonQueueFunction(InboxStore store, FailedJobStore failedJobs, PoisonMessages messages)
{
    [Function(nameof(StripeEventsPoisonQueueFunction))]
    public async Task RunAsync([QueueTrigger($"{StripeEventBatch.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        var batch = await messages.ReadAsync<StripeEventBatch>(StripeEventBatch.Queue, message, IsOurs, cancellationToken);
        Edge.About("event_id", batch?.Events is [var only] ? only.Key.Id : null);
        foreach (var key in batch?.Events.Select(queued => queued.Key) ?? [])
        {
            await GiveUpAsync(key, cancellationToken);
        }
    }

    private static bool IsOurs(StripeEventBatch batch) => batch.Events.Count > 0 && batch.Events.All(queued => queued?.Key is { } key && TableKey.IsValid(key.Id));

    private async Task GiveUpAsync(EventKey key, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(key, cancellationToken);
        if (stored is { IsSettled: true })
        {
            // A neighbour in the message failed, or somebody has applied it since.
            return;
        }

        var error = stored is null ? "It is no longer in the inbox." : stored.Error ?? "Whoever applied it was killed each time.";
        var payload = JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(key)]));
        await failedJobs.AddAsync(StripeEventBatch.Queue, key.Id, payload, error, PoisonMessages.Deliveries, cancellationToken);
        await store.RecordAsync([new EventOutcome(key, EventStatus.Failed, error)], cancellationToken);
    }
}
