using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Values in rows of a table that are changed by computing the new value from the stored one. A change is written on the condition that nobody else has changed the row
/// meanwhile, else it is computed again. Rows of one partition that are written at the same time share a <see cref="PartitionTransaction"/>. A store whose rows are changed so
/// derives from it.
/// </summary>
public class VersionedRows<TRow, T>
    where TRow : class, ITableEntity
    where T : class
{
    private readonly Func<TRow, T> _read;
    private readonly Func<string, string, T, TRow> _write;
    private readonly TableUpdateMode _mode;

    /// <summary>Writes to a partition that arrive while another one is under way.</summary>
    private readonly GroupCommit<string, TableTransactionAction, Task<ETag?>> _writes;

    /// <param name="table">The table.</param>
    /// <param name="read">The value in a row.</param>
    /// <param name="write">The row with these keys, partition first, for a value.</param>
    /// <param name="mode">Whether columns that <paramref name="write"/> leaves out are kept.</param>
    /// <param name="cache">Saves reads; without it each change reads first.</param>
    internal VersionedRows(TableClient table, Func<TRow, T> read, Func<string, string, T, TRow> write, TableUpdateMode mode = TableUpdateMode.Replace, RowCache<T>? cache = null)
    {
        (Rows, _read, _write, _mode, Cache) = (table, read, write, mode, cache);
        _writes = new(PartitionTransaction.Fit, (_, group) => PartitionTransaction.CommitAsync(table, group));
    }

    /// <summary>The table.</summary>
    private protected TableClient Rows { get; }

    /// <summary>What this process has read or written last; null when nothing is kept.</summary>
    private protected RowCache<T>? Cache { get; }

    /// <summary>The value that is stored, or null.</summary>
    internal async Task<T?> FindAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        (await ReadAsync(partitionKey, rowKey, cancellationToken)).Value;

    /// <summary>Changes a value.</summary>
    /// <param name="partitionKey">The row's partition.</param>
    /// <param name="rowKey">The row.</param>
    /// <param name="change">Computes the new value from the stored one, which is null when there is none; null when nothing is to be written. May be called several times.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="expectNew">Whether the row is probably not there yet: then it is not looked for first. A wrong guess costs a call, no more.</param>
    /// <param name="isFresh">Whether the row is read in any case: for a change that may find nothing to write by a value which is out of date.</param>
    internal async Task<RowChange<T>> ChangeAsync(
        string partitionKey, string rowKey, Func<T?, ValueTask<T?>> change, CancellationToken cancellationToken, bool expectNew = false, bool isFresh = false)
    {
        var stored = (isFresh ? null : Cache?.Find(partitionKey, rowKey)) ?? (expectNew ? VersionedValue<T>.None : await ReadAsync(partitionKey, rowKey, cancellationToken));
        while (await change(stored.Value) is { } next)
        {
            var (version, found) = await WriteOrReadAsync(_write(partitionKey, rowKey, next), stored.Version, cancellationToken, _mode);
            if (version is not null)
            {
                Cache?.Remember(partitionKey, rowKey, new VersionedValue<T>(next, version.Value));
                return new RowChange<T>(stored.Value, next, version.Value);
            }

            stored = Remember(partitionKey, rowKey, found);
        }

        return new RowChange<T>(stored.Value, null, stored.Version);
    }

    /// <inheritdoc cref="TableRows.TryWriteAsync"/>
    internal async Task<ETag?> TryWriteAsync(TRow row, ETag replaces, CancellationToken cancellationToken) =>
        (await WriteOrReadAsync(row, replaces, cancellationToken)).Version;

    /// <summary>Deletes the version of a row that was read.</summary>
    /// <returns>False when it has been changed or deleted since.</returns>
    internal async Task<bool> TryDeleteAsync(string partitionKey, string rowKey, ETag version, CancellationToken cancellationToken) =>
        await WriteAsync(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partitionKey, rowKey), version), cancellationToken) is not null;

    /// <inheritdoc cref="TableRows.WriteOrReadAsync"/>
    internal async Task<(ETag? Version, TRow? Found)> WriteOrReadAsync(TRow row, ETag replaces, CancellationToken cancellationToken, TableUpdateMode update = TableUpdateMode.Replace)
    {
        var writeId = TableRows.Sign([row]);
        var type = replaces == default ? TableTransactionActionType.Add
            : update == TableUpdateMode.Replace ? TableTransactionActionType.UpdateReplace
            : TableTransactionActionType.UpdateMerge;
        return await WriteAsync(new TableTransactionAction(type, row, replaces), cancellationToken) is { } version
            ? (version, null)
            : await Rows.ReadUnlessWrittenAsync(row, writeId, cancellationToken);
    }

    private async Task<ETag?> WriteAsync(TableTransactionAction write, CancellationToken cancellationToken) =>
        await (await _writes.AddAsync(write.Entity.PartitionKey, write).WaitAsync(cancellationToken)).WaitAsync(cancellationToken);

    private async Task<VersionedValue<T>> ReadAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        Remember(partitionKey, rowKey, await Rows.FindAsync<TRow>(partitionKey, rowKey, cancellationToken));

    private VersionedValue<T> Remember(string partitionKey, string rowKey, TRow? row)
    {
        var stored = row is null ? VersionedValue<T>.None : new VersionedValue<T>(_read(row), row.ETag);
        Cache?.Remember(partitionKey, rowKey, stored);
        return stored;
    }
}

/// <summary>What became of a change.</summary>
/// <param name="Before">The value that was stored; null when there was none.</param>
/// <param name="Written">The value that was written; null when nothing was to be written.</param>
/// <param name="Version">The version of the row now.</param>
internal readonly record struct RowChange<T>(T? Before, T? Written, ETag Version)
    where T : class
{
    /// <summary>The value that is stored now.</summary>
    public T? After => Written ?? Before;
}

/// <summary>
/// Keeps values of rows in memory, so that a row need not be read before it is written. A value may be out of date: storage refuses a write over a newer version, and
/// then the row is read. So a change that finds nothing to write must be right for each later value too.
/// </summary>
/// <param name="limit">How much is kept.</param>
/// <param name="weigh">What a value counts for; 1 when left out.</param>
internal sealed class RowCache<T>(int limit, Func<T, int>? weigh = null) : IDisposable
    where T : class
{
    private readonly MemoryCache _values = new(new MemoryCacheOptions { SizeLimit = limit });

    public VersionedValue<T>? Find(string partitionKey, string rowKey) => _values.Get<VersionedValue<T>>((partitionKey, rowKey));

    public void Remember(string partitionKey, string rowKey, VersionedValue<T> stored)
    {
        if (stored.Value is null)
        {
            _values.Remove((partitionKey, rowKey));
        }
        else
        {
            _values.Set((partitionKey, rowKey), stored, new MemoryCacheEntryOptions { Size = weigh?.Invoke(stored.Value) ?? 1 });
        }
    }

    public void Dispose() => _values.Dispose();
}

/// <summary>A value and the version of its row; <see cref="None"/> when there is no row.</summary>
internal sealed record VersionedValue<T>(T? Value, ETag Version)
    where T : class
{
    public static VersionedValue<T> None { get; } = new(null, default);
}
