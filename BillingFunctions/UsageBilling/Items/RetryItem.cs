using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>Has an item sent again that was given up, with all attempts before it. Called again, it changes nothing: the item is on its way then, or done.</summary>
public sealed class RetryItem(UsageLedger ledger)
{
    internal Task<bool> RunAsync(ItemId id, CancellationToken cancellationToken) => ledger.ChangeAsync(
        id.Invoice.OrganizationId,
        async change =>
        {
            var row = await change.FindAsync(UsageKeys.Of(id), cancellationToken);
            if (row is null || ItemRow.Read(row) is not { SyncStatus: SyncStatus.Discarded or SyncStatus.Canceled } item)
            {
                return false;
            }

            var next = item with { SyncStatus = SyncStatus.Pending, Error = null, UpdatedAt = change.Now };
            change.Write(next);
            await ItemChange.QueueAsync(change, next, wasGivenUp: true, cancellationToken);
            return true;
        },
        cancellationToken);
}
