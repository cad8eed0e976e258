using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>The invoicing runs in <c>Runs</c>: partition <c>invoicing</c>, newest first. Beside it <c>invoicing-month</c> has the latest run of each month, as it was asked for.</summary>
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
        var latest = await _table.GetEntityIfExistsAsync<Entity>(MonthPartition, month, cancellationToken: cancellationToken);
        if (!latest.HasValue)
        {
            return null;
        }

        // Until the run has begun it has no row of its own.
        var claimed = latest.Value!.ToRun();
        var entity = await _table.GetEntityIfExistsAsync<Entity>(Partition, TimeOrderedId.RowKeyOf(IdPrefix, claimed.Id)!, cancellationToken: cancellationToken);
        return entity.HasValue ? entity.Value!.ToRun() : claimed;
    }

    /// <summary>Writes the run as it is now. One writer at a time: its orchestration.</summary>
    public Task SaveAsync(InvoicingRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Entity.Of(run), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Makes this the latest run of its month: of several at once, one succeeds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="latest">The run that is the latest now; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False when another run is the latest.</returns>
    public async Task<bool> TrySetLatestAsync(InvoicingRun run, InvoicingRun? latest, CancellationToken cancellationToken)
    {
        var row = Entity.Of(run) with { PartitionKey = MonthPartition, RowKey = run.Month };
        try
        {
            var stored = await _table.GetEntityIfExistsAsync<Entity>(MonthPartition, run.Month, cancellationToken: cancellationToken);
            if ((stored.HasValue ? stored.Value!.ToRun().Id : null) != latest?.Id)
            {
                return false;
            }

            await (stored.HasValue
                ? _table.UpdateEntityAsync(row, stored.Value!.ETag, TableUpdateMode.Replace, cancellationToken)
                : _table.AddEntityAsync(row, cancellationToken));
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status is 409 or 412)
        {
            return false;
        }
    }

    private sealed record Entity : ITableEntity
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
