using Azure.Data.Tables;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Up to when Stripe's events are known to be in the inbox. In <c>Runs</c>: partition <c>reconciliation</c>, one row.</summary>
public sealed class ReconcilerWatermark(TableServiceClient tables)
{
    private const string Partition = "reconciliation";
    private const string Row = "watermark";
    private const string Column = "CompleteUntil";

    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);

    /// <summary>Null before the first reconciliation.</summary>
    internal async Task<DateTimeOffset?> FindAsync(CancellationToken cancellationToken) =>
        (await _table.FindAsync<TableEntity>(Partition, Row, cancellationToken))?.GetDateTimeOffset(Column);

    /// <summary>Two runs at once may overwrite each other: either is true.</summary>
    internal Task NoteAsync(DateTimeOffset completeUntil, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Partition, Row) { [Column] = completeUntil }, TableUpdateMode.Replace, cancellationToken);
}
