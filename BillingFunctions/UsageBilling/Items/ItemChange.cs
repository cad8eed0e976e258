using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>Has Stripe told of an item that is there already.</summary>
internal static class ItemChange
{
    /// <summary>Whether Stripe cannot have heard of it: it waits, was never tried, and nobody is sending.</summary>
    public static async Task<bool> IsUntouchedAsync(LedgerChange change, UsageItem item, CancellationToken cancellationToken) =>
        item is { Sent: null, SyncStatus: SyncStatus.Pending } && change.Head.LeaseId is null
        && (await change.FindAsync(item.ToEntry(change.Now).Key, cancellationToken))?.Read<OutboxEntry>() is { Attempts.Count: 0, MayHaveArrived: false } entry
        && !change.Head.IsInDoubt(entry.QueuedAt);

    /// <summary>Takes an item away that is not on its way to Stripe, with its entry.</summary>
    public static void Delete(LedgerChange change, UsageItem item)
    {
        change.Delete(item.ItemId);
        change.End(item.ToEntry(change.Now));
    }

    /// <summary>
    /// Adds the item's entry to the outbox, or writes over the one that is there. The attempts of that one may have reached Stripe; the new entry says so.
    /// </summary>
    /// <param name="change">The change that writes the item.</param>
    /// <param name="item">The item as it is written.</param>
    /// <param name="wasGivenUp">Whether it had been given up: its attempts may have reached Stripe too.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public static async Task QueueAsync(LedgerChange change, UsageItem item, bool wasGivenUp, CancellationToken cancellationToken)
    {
        var entry = item.ToEntry(change.Now) with { MayHaveArrived = wasGivenUp, IsRetried = wasGivenUp };
        if ((await change.FindAsync(entry.Key, cancellationToken))?.Read<OutboxEntry>() is not { } waiting)
        {
            change.Open(entry);
            return;
        }

        var next = entry with { QueuedAt = waiting.QueuedAt, IsRetried = waiting.IsRetried || wasGivenUp, Attempts = waiting.GivenUp is null ? waiting.Attempts : [], MayHaveArrived = wasGivenUp || waiting.MayHaveArrived || waiting.Attempts.Count > 0 };
        change.MarkEdited(next);
        change.Replace(next);
    }
}
