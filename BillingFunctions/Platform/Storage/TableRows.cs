using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Reads a row, and writes rows on the condition that nobody else has changed them. When the answer to a write is lost, the client repeats the write, which then
/// conflicts with itself: each write leaves its own id in its rows, which tells it from somebody else's.
/// </summary>
internal static class TableRows
{
    private const string WriteId = nameof(StoredRow.WriteId);

    /// <summary>The row, or null.</summary>
    public static async Task<T?> FindAsync<T>(
        this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken, IEnumerable<string>? select = null)
        where T : class, ITableEntity
    {
        var row = await table.GetEntityIfExistsAsync<T>(partitionKey, rowKey, select, cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    /// <summary>The rows behind a key, in the order of their keys, partition after partition.</summary>
    /// <param name="table">The table.</param>
    /// <param name="after">The key; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="filter">What else the rows must be, in OData; anything when empty.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="select">The columns; all when null.</param>
    /// <param name="partitions">The first partition, and that before which the last one is; all when null.</param>
    public static IAsyncEnumerable<T> ListBehindAsync<T>(
        this TableClient table,
        (string Partition, string Row)? after,
        CancellationToken cancellationToken,
        string filter = "",
        int? pageSize = null,
        IEnumerable<string>? select = null,
        (string First, string Until)? partitions = null)
        where T : class, ITableEntity
    {
        var (first, until) = (partitions?.First ?? "", partitions is null ? "" : TableClient.CreateQueryFilter($" and PartitionKey lt {partitions.Value.Until}"));

        // Two queries, because storage does not use its index for an "or".
        string[] ranges = after is (var partition, var row)
            ? [TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {row}"), TableClient.CreateQueryFilter($"PartitionKey gt {partition}") + until]
            : [TableClient.CreateQueryFilter($"PartitionKey ge {first}") + until];
        return ranges.ToAsyncEnumerable().SelectMany(range => table.QueryAsync<T>(filter.Length == 0 ? range : $"{range} and ({filter})", pageSize, select, cancellationToken));
    }

    /// <summary>Adds a row, or writes over the version of it that was read.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="replaces">The version that was read; the default when the row is to be added.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="mode">Whether columns that the row does not have are kept.</param>
    /// <returns>The new version; null when the row to add exists, or the one to write over has been changed or deleted: nothing was written then.</returns>
    public static async Task<ETag?> TryWriteAsync<T>(
        this TableClient table, T row, ETag replaces, CancellationToken cancellationToken, TableUpdateMode mode = TableUpdateMode.Replace)
        where T : class, ITableEntity => (await table.WriteOrReadAsync(row, replaces, cancellationToken, mode)).Version;

    /// <summary>As <see cref="TryWriteAsync"/>, and when nothing was written, the row that is there instead; null when there is none.</summary>
    public static async Task<(ETag? Version, T? Found)> WriteOrReadAsync<T>(
        this TableClient table, T row, ETag replaces, CancellationToken cancellationToken, TableUpdateMode mode = TableUpdateMode.Replace)
        where T : class, ITableEntity
    {
        var writeId = Sign([row]);
        try
        {
            var response = await (replaces == default
                ? table.AddEntityAsync(row, cancellationToken)
                : table.UpdateEntityAsync(row, replaces, mode, cancellationToken));
            return (response.Headers.ETag, null);
        }
        catch (RequestFailedException conflict) when (conflict.IsConflict())
        {
            return await table.ReadUnlessWrittenAsync(row, writeId, cancellationToken);
        }
    }

    /// <summary>After a refused write: the version of the row if it was this very write, whose first answer was lost, that made it; else the row that is there.</summary>
    public static async Task<(ETag? Version, T? Found)> ReadUnlessWrittenAsync<T>(this TableClient table, T row, string writeId, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var found = await table.FindAsync<T>(row.PartitionKey, row.RowKey, cancellationToken);
        return found is not null && WriteIdOf(found) == writeId ? (found.ETag, null) : (null, found);
    }

    /// <summary>Does all of <paramref name="actions"/>, which are of one partition, or none.</summary>
    /// <returns>True when all was done: the rows have their new versions then. False when one is not as its action expects it: nothing was done.</returns>
    public static async Task<bool> TrySubmitAsync(this TableClient table, IReadOnlyCollection<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        if (actions.Count == 0)
        {
            return true;
        }

        var written = actions.Where(action => action.ActionType != TableTransactionActionType.Delete).Select(action => action.Entity).ToList();
        var writeId = Sign(written);
        try
        {
            var responses = await table.SubmitTransactionAsync(actions, cancellationToken);
            foreach (var (action, response) in actions.Zip(responses.Value))
            {
                action.Entity.ETag = response.Headers.ETag ?? default;
            }

            return true;
        }
        catch (RequestFailedException conflict) when (conflict.IsConflict())
        {
            // All or none: one row tells for all.
            return written.Count > 0
                && await table.FindAsync<TableEntity>(written[0].PartitionKey, written[0].RowKey, cancellationToken, [WriteId]) is { } found
                && WriteIdOf(found) == writeId;
        }
    }

    /// <summary>Whether storage refused a write because the row exists, does not, or is another version.</summary>
    public static bool IsConflict(this RequestFailedException failure) =>
        failure.ErrorCode == TableErrorCode.EntityAlreadyExists
        || failure.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
        || failure.ErrorCode == TableErrorCode.ResourceNotFound;

    /// <summary>Writes a new id into rows that are about to be written.</summary>
    public static string Sign(IEnumerable<ITableEntity> rows)
    {
        var writeId = Guid.NewGuid().ToString("N");
        foreach (var row in rows)
        {
            switch (row)
            {
                case StoredRow stored:
                    stored.WriteId = writeId;
                    break;
                case TableEntity entity:
                    entity[WriteId] = writeId;
                    break;
                default:
                    throw new ArgumentException($"{row.GetType()} has no column for the id of its write.", nameof(rows));
            }
        }

        return writeId;
    }

    private static string? WriteIdOf(ITableEntity row) => row is StoredRow stored ? stored.WriteId : ((TableEntity)row).GetString(WriteId);
}

/// <summary>A row whose columns are properties.</summary>
public abstract class StoredRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>The write that made this version; see <see cref="TableRows.TryWriteAsync"/>.</summary>
    public string? WriteId { get; set; }
}
