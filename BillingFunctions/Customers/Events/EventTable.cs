using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Customers.Events;

/// <summary>A row that holds what the last event about a thing says.</summary>
internal interface IEventRow : ITableEntity
{
    EventStamp LastEvent { get; }

    /// <summary>The same for rows that say the same.</summary>
    string Content { get; }
}

/// <summary>A table whose rows follow events: whatever the order in which they come, each row ends at the last one.</summary>
/// <param name="table">The table.</param>
/// <param name="update">Merge leaves columns alone that are not of <typeparamref name="TRow"/>, and those of it that are null too.</param>
/// <param name="known">Saves reads.</param>
internal sealed class EventTable<TRow>(TableClient table, TableUpdateMode update, KnownRows known)
    where TRow : class, IEventRow
{
    /// <summary>Writes <paramref name="row"/> unless what is stored is as new.</summary>
    /// <param name="row">The row to be.</param>
    /// <param name="expectNew">Whether there is probably none yet: then it is not looked for first.</param>
    /// <param name="findCurrent">Finds the row as Stripe has it at this moment, with the given stamp; asked when two events of one second say different things.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>False when nothing was written.</returns>
    public async Task<bool> AdvanceAsync(TRow row, bool expectNew, Func<EventStamp, Task<TRow?>> findCurrent, CancellationToken cancellationToken)
    {
        var stored = known.Find(table.Name, row.PartitionKey, row.RowKey);
        if (stored is null && !expectNew)
        {
            stored = await ReadAsync(row, cancellationToken);
        }

        while (await NextAsync(row, stored, findCurrent) is { } next)
        {
            if (await TryWriteAsync(next, stored?.ETag, cancellationToken))
            {
                return true;
            }

            stored = await ReadAsync(row, cancellationToken);
        }

        return false;
    }

    /// <returns>What is to be written; null when what is stored is as new.</returns>
    private static async Task<TRow?> NextAsync(TRow row, KnownRow? stored, Func<EventStamp, Task<TRow?>> findCurrent)
    {
        var isLater = stored is null || row.LastEvent > stored.LastEvent;
        var isInDoubt = stored is not null && row.LastEvent.IsTiedWith(stored.LastEvent) && row.Content != stored.Content;
        return isInDoubt && await findCurrent(isLater ? row.LastEvent : stored!.LastEvent) is { } current ? current
            : isLater ? row
            : null;
    }

    private async Task<KnownRow?> ReadAsync(TRow row, CancellationToken cancellationToken)
    {
        var stored = await table.GetEntityIfExistsAsync<TRow>(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
        return stored.HasValue ? Remember(stored.Value!, stored.Value!.ETag) : null;
    }

    private async Task<bool> TryWriteAsync(TRow row, ETag? replaces, CancellationToken cancellationToken)
    {
        try
        {
            var response = await (replaces is { } etag
                ? table.UpdateEntityAsync(row, etag, update, cancellationToken)
                : table.AddEntityAsync(row, cancellationToken));
            if (response.Headers.ETag is { } written)
            {
                Remember(row, written);
            }

            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    private KnownRow Remember(TRow row, ETag etag)
    {
        var seen = new KnownRow(row.LastEvent, row.Content, etag);
        known.Remember(table.Name, row.PartitionKey, row.RowKey, seen);
        return seen;
    }
}

/// <summary>
/// What this process knows of rows it has seen, so that it need not read one again before it writes it. It may be out of date:
/// the event of a row can only have been followed by a later one, and storage refuses a write with the tag of an older version.
/// </summary>
public sealed class KnownRows : IDisposable
{
    private const int Limit = 50_000;

    private readonly MemoryCache _rows = new(new MemoryCacheOptions { SizeLimit = Limit });

    internal KnownRow? Find(string table, string partitionKey, string rowKey) => _rows.Get<KnownRow>((table, partitionKey, rowKey));

    internal void Remember(string table, string partitionKey, string rowKey, KnownRow row) =>
        _rows.Set((table, partitionKey, rowKey), row, new MemoryCacheEntryOptions { Size = 1 });

    public void Dispose() => _rows.Dispose();
}

/// <summary>A row of which the event, what it says in short, and the version are known.</summary>
internal sealed record KnownRow(EventStamp LastEvent, string Content, ETag ETag);
