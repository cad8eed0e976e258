using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>
/// Events that were stored two minutes ago and are not applied. It looks at the minutes of the last quarter of an hour, in one query over neighbouring partitions;
/// what Stripe delivers later than that waits for the queue or the reconciler. An event that has been applied meanwhile is not applied again.
/// </summary>
public sealed class InboxSweeper(InboxStore store, WebhookInbox inbox, TimeProvider time) : ISweeper
{
    private static readonly TimeSpan Reach = TimeSpan.FromMinutes(15);

    /// <summary>They fit a few messages. When the queue is far behind, more would only make it longer.</summary>
    private const int MaxEvents = 1_000;

    public string Name => "webhook inbox";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var silent = await store.ListSilentAsync(created: now - Reach, queuedBefore: now - ISweeper.Silence, cancellationToken).Take(MaxEvents).ToListAsync(cancellationToken);
        await inbox.EnqueueAsync(silent);
        await store.MarkQueuedAsync(silent, cancellationToken);
        return silent.Count;
    }
}
