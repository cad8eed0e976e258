using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Exports.Stretches;

/// <summary>
/// What the stretches under way report: in <c>Runs</c>, partition <c>export-progress</c>, a row a run and a column a slot. The row is there while the run is under way:
/// a stretch that finds it gone stops, since nobody waits for what it would bring.
/// </summary>
public sealed class StretchProgressStore(TableServiceClient tables)
{
    private const string Partition = "export-progress";
    private const string SlotPrefix = "Slot";

    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);

    /// <summary>Makes room for the reports of a run that is about to start.</summary>
    public Task OpenAsync(string runId, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Partition, runId), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Replaces what is reported in a slot.</summary>
    /// <returns>False when the run has ended.</returns>
    public async Task<bool> TryReportAsync(string runId, int slot, StretchProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var row = new TableEntity(Partition, runId) { [$"{SlotPrefix}{slot}"] = JsonSerializer.Serialize(progress, StoredJson.Options) };
            await _table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<StretchProgress>> ReadAsync(string runId, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(Partition, runId, cancellationToken) is { } row
            ? [.. row.Where(column => column.Key.StartsWith(SlotPrefix, StringComparison.Ordinal))
                .Select(column => JsonSerializer.Deserialize<StretchProgress>((string)column.Value, StoredJson.Options)!)]
            : [];

    /// <summary>Ends the reports of a run, and the stretches that still work for it.</summary>
    public Task CloseAsync(string runId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Partition, runId, ETag.All, cancellationToken);
}
