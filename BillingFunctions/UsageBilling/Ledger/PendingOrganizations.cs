using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// The organizations that have something to send, in <c>SyncPending</c>: partition is a bucket of the id, row the id. A row is written before the first entry of the
/// outbox and deleted when none is left, so that whoever looks here misses none; there may be one too many.
/// </summary>
public sealed class PendingOrganizations(TableServiceClient tables)
{
    public const string Table = "SyncPending";

    private readonly TableClient _table = tables.GetTableClient(Table);

    internal Task AddAsync(string organizationId, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(TableKey.Bucket(organizationId), organizationId), TableUpdateMode.Replace, cancellationToken);

    /// <summary>The version of the row; null when there is none.</summary>
    internal async Task<ETag?> FindAsync(string organizationId, CancellationToken cancellationToken) =>
        (await _table.FindAsync<TableEntity>(TableKey.Bucket(organizationId), organizationId, cancellationToken))?.ETag;

    /// <summary>Deletes the row, unless it has been written since.</summary>
    internal Task RemoveAsync(string organizationId, ETag version, CancellationToken cancellationToken) =>
        _table.TrySubmitAsync([new(TableTransactionActionType.Delete, new TableEntity(TableKey.Bucket(organizationId), organizationId), version)], cancellationToken);

    /// <summary>The ids, bucket by bucket.</summary>
    /// <param name="after">An id; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<string> ListAsync(string? after, CancellationToken cancellationToken) => _table
        .ListBehindAsync<TableEntity>(after is null ? null : (TableKey.Bucket(after), after), cancellationToken, partitions: ("", EndOfBuckets))
        .Select(row => row.RowKey);

    /// <summary>Behind them is the row of <see cref="Sync.SyncStateStore"/>.</summary>
    private const string EndOfBuckets = "g";
}
