using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>The buckets of one API in <c>RateLimits</c>. They share a partition, so that a lease changes several of them at once or none.</summary>
/// <param name="tables">The storage account.</param>
/// <param name="api">An API key or an address. The partition is a digest of it: it may be secret.</param>
internal sealed class RateLimitStore(TableServiceClient tables, string api)
{
    public const string Table = "RateLimits";

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly string _partition = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(api)))[..16];

    public async Task<RateLimitBucket> ReadAsync(string bucket, CancellationToken cancellationToken) =>
        await _table.FindAsync<RateLimitBucket>(_partition, bucket, cancellationToken) ?? new RateLimitBucket { PartitionKey = _partition, RowKey = bucket };

    /// <summary>Writes all buckets if none has changed since it was read.</summary>
    /// <returns>False when another instance was faster; read again.</returns>
    public Task<bool> TryWriteAsync(IReadOnlyCollection<RateLimitBucket> buckets, CancellationToken cancellationToken) =>
        _table.TrySubmitAsync([.. buckets.Select(Change)], cancellationToken);

    private static TableTransactionAction Change(RateLimitBucket bucket) => bucket.IsStored
        ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, bucket, bucket.ETag)
        : new TableTransactionAction(TableTransactionActionType.Add, bucket);
}
