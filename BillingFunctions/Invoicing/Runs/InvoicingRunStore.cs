using Azure.Data.Tables;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>The latest run of each month: in <c>Runs</c>, partition <c>invoicing-month</c>, as it was asked for. Once it has begun, its own row says how far it is.</summary>
public sealed class InvoicingRunStore(RunStore<InvoicingRun> runs, TableServiceClient tables)
{
    private const string Partition = "invoicing-month";

    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);
    private readonly VersionedRows<TableEntity, InvoicingRun> _latest = RunTable.Rows<InvoicingRun>(tables);

    /// <summary>The latest run of a month, or null.</summary>
    public async Task<InvoicingRun?> FindLatestAsync(string month, CancellationToken cancellationToken) =>
        await _latest.FindAsync(Partition, month, cancellationToken) is { } claimed ? await runs.FindAsync(claimed.Id, cancellationToken) ?? claimed : null;

    /// <summary>The latest so many months that have had a run, latest first. Their number grows by twelve a year, so all are read, keys only.</summary>
    internal async Task<IReadOnlyList<string>> ListMonthsAsync(int count, CancellationToken cancellationToken) => await _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken)
        .Select(row => row.RowKey).OrderDescending(StringComparer.Ordinal).Take(count).ToListAsync(cancellationToken);

    /// <summary>Makes this the latest run of its month: of several at once, one succeeds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="latest">The run that is the latest now; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False when another run is the latest.</returns>
    public async Task<bool> TrySetLatestAsync(InvoicingRun run, InvoicingRun? latest, CancellationToken cancellationToken) =>
        (await _latest.ChangeAsync(Partition, run.Month, stored => new(stored?.Id == latest?.Id ? run : null), cancellationToken)).Written is not null;
}
