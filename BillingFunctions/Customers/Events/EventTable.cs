using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Customers.Events;

/// <summary>A row that holds what the last event about a thing says.</summary>
internal interface IEventRow : ITableEntity
{
    EventVersion LastEvent { get; }

    /// <summary>The same for rows that say the same.</summary>
    string Content { get; }
}

/// <summary>A table whose rows follow events: whatever the order in which they come, each row ends at the last one.</summary>
internal sealed class EventTable<TRow> : IDisposable
    where TRow : class, IEventRow
{
    /// <summary>About 20 MB.</summary>
    private const int CachedRows = 20_000;

    private readonly RowCache<TRow> _cache = new(CachedRows);
    private readonly VersionedRows<TRow, TRow> _rows;

    /// <param name="table">The table.</param>
    /// <param name="update">Merge leaves columns alone that are not of <typeparamref name="TRow"/>, and those of it that are null too.</param>
    public EventTable(TableClient table, TableUpdateMode update) => _rows = new(table, row => row, (_, _, row) => row, update, _cache);

    /// <summary>Writes <paramref name="row"/> unless what is stored is as new.</summary>
    /// <param name="row">The row to be.</param>
    /// <param name="expectNew">Whether there is probably none yet: then it is not looked for first.</param>
    /// <param name="findCurrent">Finds the row as Stripe has it at this moment, with the given stamp; asked when two events of one second say different things.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>False when nothing was written.</returns>
    public async Task<bool> AdvanceAsync(TRow row, bool expectNew, Func<EventVersion, Task<TRow?>> findCurrent, CancellationToken cancellationToken)
    {
        var change = await _rows.ChangeAsync(row.PartitionKey, row.RowKey, async stored => await NextAsync(row, stored, findCurrent), cancellationToken, expectNew);
        return change.Written is not null;
    }

    public void Dispose() => _cache.Dispose();

    /// <returns>What is to be written; null when what is stored is as new.</returns>
    private static async Task<TRow?> NextAsync(TRow row, TRow? stored, Func<EventVersion, Task<TRow?>> findCurrent)
    {
        var isLater = stored is null || row.LastEvent > stored.LastEvent;
        var isInDoubt = stored is not null && row.LastEvent.IsTiedWith(stored.LastEvent) && row.Content != stored.Content;
        return isInDoubt && await findCurrent(isLater ? row.LastEvent : stored!.LastEvent) is { } current ? current
            : isLater ? row
            : null;
    }
}
