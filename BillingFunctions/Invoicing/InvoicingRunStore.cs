using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Tables;

namespace BillingFunctions.Invoicing;

/// <summary>The invoicing runs in <c>Runs</c>: partition <c>invoicing</c>, newest first. Beside it <c>invoicing-month</c> names the latest run of each month.</summary>
public sealed class InvoicingRunStore(TableServiceClient tables)
{
    public const string Table = "Runs";
    public const string IdPrefix = "inv";
    private const string Partition = "invoicing";
    private const string MonthPartition = "invoicing-month";

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>The latest run of a month, or null.</summary>
    public async Task<InvoicingRun?> FindLatestAsync(string month, CancellationToken cancellationToken)
    {
        var latest = await _table.GetEntityIfExistsAsync<TableEntity>(MonthPartition, month, cancellationToken: cancellationToken);
        if (!latest.HasValue)
        {
            return null;
        }

        var rowKey = TimeOrderedId.RowKeyOf(IdPrefix, latest.Value!.GetString("RunId")!)!;
        var entity = await _table.GetEntityIfExistsAsync<Entity>(Partition, rowKey, cancellationToken: cancellationToken);
        return entity.HasValue ? entity.Value!.ToRun() : null;
    }

    /// <summary>Writes the run as it is now. One writer at a time: its orchestration.</summary>
    public Task SaveAsync(InvoicingRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Entity.Of(run), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Makes this the latest run of its month.</summary>
    public Task SetLatestAsync(InvoicingRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(MonthPartition, run.Month) { ["RunId"] = run.Id }, TableUpdateMode.Replace, cancellationToken);

    private sealed class Entity : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Status { get; set; } = "";

        public string Month { get; set; } = "";

        public DateTimeOffset StartedAt { get; set; }

        public DateTimeOffset? FinishedAt { get; set; }

        /// <summary>The whole run as JSON. The columns beside it are for whoever reads the table.</summary>
        public string Run { get; set; } = "";

        public static Entity Of(InvoicingRun run) => new()
        {
            PartitionKey = Partition,
            RowKey = TimeOrderedId.RowKeyOf(IdPrefix, run.Id)!,
            Status = run.Status.ToString(),
            Month = run.Month,
            StartedAt = run.StartedAt,
            FinishedAt = run.FinishedAt,
            Run = JsonSerializer.Serialize(run, StoredJson.Options),
        };

        public InvoicingRun ToRun() => JsonSerializer.Deserialize<InvoicingRun>(Run, StoredJson.Options)!;
    }
}
