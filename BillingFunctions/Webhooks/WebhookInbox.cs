using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Queues;

namespace BillingFunctions.Webhooks;

/// <summary>
/// Takes events in: stored first, then queued. Events that arrive together share both calls: those of one partition go into one transaction,
/// and all that were stored meanwhile into one message.
/// </summary>
public sealed class WebhookInbox
{
    /// <summary>A transaction may have 100 rows and 4 MiB; payloads grow by a third on the way.</summary>
    private const int MaxRows = 100;
    private const int MaxBytes = 2_500_000;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    private readonly InboxStore _store;
    private readonly QueueClient _queue;
    private readonly Dictionary<string, GroupCommit<InboxEvent, bool>> _inserts = [];
    private readonly GroupCommit<QueuedEvent, bool> _enqueues;

    public WebhookInbox(InboxStore store, QueueServiceClient queues)
    {
        _store = store;
        _queue = queues.GetQueueClient(StripeEventBatch.Queue);
        _enqueues = new GroupCommit<QueuedEvent, bool>(FitMessage, SendAsync);
    }

    /// <summary>Stores and queues an event. When this returns it is safe.</summary>
    /// <returns>Whether it was there already.</returns>
    internal async Task<bool> ReceiveAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        if (await InsertsOf(received.Id).AddAsync(received))
        {
            await _enqueues.AddAsync(QueuedEvent.Of(received.Id, received.Payload));
            return false;
        }

        // Stored before, but perhaps the process died before it was queued.
        if (await _store.FindAsync(received.Id, cancellationToken) is not { IsSettled: true })
        {
            await EnqueueAsync(received.Id);
        }

        return true;
    }

    /// <summary>Has a stored event applied, again if need be.</summary>
    internal Task EnqueueAsync(string id) => _enqueues.AddAsync(new QueuedEvent(id));

    /// <summary>Has an event applied by itself, a little later: it has just failed among others.</summary>
    internal Task EnqueueAloneAsync(string id, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new StripeEventBatch([new QueuedEvent(id)])), visibilityTimeout: Later, cancellationToken: cancellationToken);

    private static int FitTransaction(IReadOnlyList<InboxEvent> line) => Fit(line, received => Math.Min(received.Payload.Length, InboxEntity.MaxInline) + 1024, MaxBytes, MaxRows);

    private static int FitMessage(IReadOnlyList<QueuedEvent> line) => Fit(line, queued => queued.Weight, StripeEventBatch.MaxBytes, MaxRows);

    private static int Fit<T>(IReadOnlyList<T> line, Func<T, int> weigh, int maxWeight, int maxCount)
    {
        var (count, weight) = (0, 0);
        while (count < line.Count && count < maxCount && (weight += weigh(line[count])) <= maxWeight)
        {
            count++;
        }

        return Math.Max(1, count);
    }

    private GroupCommit<InboxEvent, bool> InsertsOf(string id)
    {
        var (partition, _) = InboxEntity.KeysOf(id);
        lock (_inserts)
        {
            if (!_inserts.TryGetValue(partition, out var inserts))
            {
                _inserts[partition] = inserts = new GroupCommit<InboxEvent, bool>(FitTransaction, group => _store.InsertAsync(group, CancellationToken.None));
            }

            return inserts;
        }
    }

    private async Task<IReadOnlyList<bool>> SendAsync(IReadOnlyList<QueuedEvent> group)
    {
        await _queue.SendMessageAsync(JsonSerializer.Serialize(new StripeEventBatch(group)), CancellationToken.None);
        return [.. group.Select(_ => true)];
    }
}
