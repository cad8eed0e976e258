using Azure;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Customers;

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
