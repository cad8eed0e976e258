using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Rows that are changed by computing the new value from the stored one. A change is written on the condition that nobody else has changed the row meanwhile,
/// else it is computed again.
/// </summary>
/// <param name="table">The table; the partition of a row is its key.</param>
/// <param name="rowKey">The row in that partition.</param>
/// <param name="none">The value of a row that is not there.</param>
/// <param name="read">Reads a row.</param>
/// <param name="write">Makes a row of a key and a value.</param>
/// <param name="weigh">What a value counts for in memory.</param>
/// <param name="cacheLimit">How much of that may be kept in memory.</param>
internal sealed class VersionedRows<T>(
    TableClient table, string rowKey, T none, Func<TableEntity, T> read, Func<string, T, TableEntity> write, Func<T, int> weigh, int cacheLimit) : IDisposable
    where T : class
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = cacheLimit });

    /// <summary>The value that is stored.</summary>
    public async Task<T> FindAsync(string key, CancellationToken cancellationToken) => (await ReadAsync(key, cancellationToken)).Value;

    /// <summary>Changes a row.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="change">Computes the new value; the very same when nothing is to be written. May be called several times.</param>
    /// <param name="expectNew">Whether the row is probably not there yet: then it is not looked for first. A wrong guess costs a call, no more.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The value before and after.</returns>
    public async Task<(T Before, T After)> ChangeAsync(string key, Func<T, T> change, bool expectNew, CancellationToken cancellationToken)
    {
        var stored = _cache.Get<Stored>(key) ?? (expectNew ? new Stored(none, default) : await ReadAsync(key, cancellationToken));
        while (true)
        {
            var next = change(stored.Value);
            if (ReferenceEquals(next, stored.Value) || await TryWriteAsync(key, stored, next, cancellationToken))
            {
                return (stored.Value, next);
            }

            stored = await ReadAsync(key, cancellationToken);
        }
    }

    public void Dispose() => _cache.Dispose();

    private async Task<Stored> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(key, rowKey, cancellationToken: cancellationToken);
        return row.HasValue ? Remember(key, new Stored(read(row.Value!), row.Value!.ETag)) : new Stored(none, default);
    }

    private async Task<bool> TryWriteAsync(string key, Stored stored, T next, CancellationToken cancellationToken)
    {
        var row = write(key, next);
        try
        {
            var response = await (stored.ETag == default
                ? table.AddEntityAsync(row, cancellationToken)
                : table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Replace, cancellationToken));
            Remember(key, new Stored(next, response.Headers.ETag ?? default));
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            _cache.Remove(key);
            return false;
        }
    }

    private Stored Remember(string key, Stored stored) => _cache.Set(key, stored, new MemoryCacheEntryOptions { Size = weigh(stored.Value) });

    /// <summary>A value, and the version of its row; none when it is not there.</summary>
    private sealed record Stored(T Value, ETag ETag);
}
