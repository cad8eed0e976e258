using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>
/// Takes events in: stored first, then queued. Events that arrive while others are being taken in share both calls: those of one partition go into one transaction,
/// and then into one message. A lone event waits for nobody.
/// </summary>
public sealed class WebhookInbox
{
    /// <summary>A transaction may have 100 rows and 4 MiB; bytes grow by a third on the way.</summary>
    private const int MaxBytes = 2_500_000;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    private readonly InboxStore _store;
    private readonly FailedJobStore _failedJobs;
    private readonly QueueClient _queue;
    private readonly GroupCommit<string, InboxEvent, bool> _arrivals;

    public WebhookInbox(InboxStore store, FailedJobStore failedJobs, QueueServiceClient queues)
    {
        (_store, _failedJobs) = (store, failedJobs);
        _queue = queues.GetQueueClient(StripeEventBatch.Queue);
        _arrivals = new GroupCommit<string, InboxEvent, bool>(FitTransaction, (_, group) => TakeInAsync(group));
    }

    /// <summary>How many events are being taken in just now, each with somebody who waits for it.</summary>
    internal int Arriving => _arrivals.Count;

    /// <summary>Stores and queues an event. When this returns it is safe.</summary>
    /// <returns>Whether it was there already.</returns>
    internal async Task<bool> ReceiveAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        if (await _arrivals.AddAsync(received.Key.Partition, received))
        {
            return false;
        }

        switch (await _store.FindAsync(received.Key, cancellationToken))
        {
            case { Status: EventStatus.Failed } failed:
                await ReplayAsync(failed, cancellationToken);
                break;

            // Stored before, but perhaps the process died before it was queued.
            case not { IsSettled: true }:
                await EnqueueAsync([QueuedEvent.From(received)]);
                break;
        }

        return true;
    }

    /// <summary>Has a stored event applied, again if need be. Its failed job goes last: whatever stops this halfway, there is still a trace of the event.</summary>
    internal async Task ReplayAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        await _store.RecordAsync([new EventOutcome(stored.Key, EventStatus.Received)], cancellationToken);
        await EnqueueAsync([stored.Key]);
        if (stored.Status == EventStatus.Failed)
        {
            await _failedJobs.RemoveOfAsync(StripeEventBatch.Queue, stored.Id, cancellationToken);
        }
    }

    /// <summary>Has stored events applied.</summary>
    internal Task EnqueueAsync(IEnumerable<EventKey> keys) => EnqueueAsync([.. keys.Select(key => new QueuedEvent(key))]);

    /// <summary>Has an event applied by itself, a little later: it has just failed among others.</summary>
    internal Task EnqueueAloneAsync(EventKey key, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(key)])), visibilityTimeout: Later, cancellationToken: cancellationToken);

    private static int FitTransaction(IReadOnlyList<InboxEvent> line) =>
        Fit(line.Take(Transactions.MaxRows), received => Math.Min(received.Compressed.Length, LargeColumn.MaxBytes) + 1024, MaxBytes);

    /// <summary>How many of the first fit, at least one.</summary>
    private static int Fit<T>(IEnumerable<T> items, Func<T, int> weigh, int max)
    {
        var weight = 0;
        return Math.Max(1, items.TakeWhile(item => (weight += weigh(item)) <= max).Count());
    }

    private async Task<IReadOnlyList<bool>> TakeInAsync(IReadOnlyList<InboxEvent> group)
    {
        var isNew = await _store.InsertAsync(group, CancellationToken.None);
        await EnqueueAsync([.. group.Where((_, index) => isNew[index]).Select(QueuedEvent.From)]);
        return isNew;
    }

    private async Task EnqueueAsync(IReadOnlyList<QueuedEvent> events)
    {
        while (events.Count > 0)
        {
            var fitting = Fit(events, queued => queued.Weight, StripeEventBatch.MaxBytes);
            await _queue.SendMessageAsync(JsonSerializer.Serialize(new StripeEventBatch([.. events.Take(fitting)])), CancellationToken.None);
            events = [.. events.Skip(fitting)];
        }
    }
}
