using Azure.Data.Tables;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Up to when Stripe's events are known to be in the inbox. In <c>Runs</c>: partition <c>reconciliation</c>, one row.</summary>
public sealed class ReconcilerWatermark(TableServiceClient tables)
{
    public const string Table = "Runs";

    private const string Partition = "reconciliation";
    private const string Row = "watermark";
    private const string Column = "CompleteUntil";

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Null before the first reconciliation.</summary>
    internal async Task<DateTimeOffset?> FindAsync(CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value!.GetDateTimeOffset(Column) : null;
    }

    /// <summary>Two runs at once may overwrite each other: either is true.</summary>
    internal Task NoteAsync(DateTimeOffset completeUntil, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Partition, Row) { [Column] = completeUntil }, TableUpdateMode.Replace, cancellationToken);
}
