using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Drift;

/// <summary>How far a system and our store are apart, as they were compared last.</summary>
/// <param name="Connector">Its name.</param>
/// <param name="CheckedAt">When they were compared; null when they never were.</param>
/// <param name="StoreCount">How many of our customers it has, as far as we know.</param>
/// <param name="RemoteCount">How many it says that it has.</param>
/// <param name="IsRemoteCountComplete">False when there are more than were counted.</param>
/// <param name="Sampled">How many customers were compared.</param>
/// <param name="Differing">How many of them differed.</param>
/// <param name="Repaired">How many of those are in line now, or will be when what was queued is sent.</param>
/// <param name="Missing">How many of our customers the system does not have any more.</param>
/// <param name="Unknown">How many of its newest customers we did not know; they have been taken in.</param>
/// <param name="Examples">Some of the customers that differed, with the fields.</param>
/// <param name="Error">Why the comparison ended early; null when it did not.</param>
public sealed record DriftReport(
    string Connector,
    DateTimeOffset? CheckedAt,
    long StoreCount,
    long RemoteCount,
    bool IsRemoteCountComplete,
    int Sampled,
    int Differing,
    int Repaired,
    int Missing,
    int Unknown,
    IReadOnlyList<DriftExample> Examples,
    string? Error)
{
    public static DriftReport None(string connector) => new(connector, null, 0, 0, false, 0, 0, 0, 0, 0, [], null);
}

/// <summary>A customer that differed.</summary>
/// <param name="CustomerId">Our id.</param>
/// <param name="RemoteId">Its id in the system.</param>
/// <param name="Fields">The fields that differed.</param>
public sealed record DriftExample(string CustomerId, string RemoteId, IReadOnlyList<string> Fields);

/// <summary>The last report of each connector, in <c>ConnectorStates</c>.</summary>
public sealed class DriftReports(TableServiceClient tables)
{
    private const string RowKey = "drift";
    private const string Column = "Json";

    private readonly TableClient _table = tables.GetTableClient(ConnectorStates.Table);

    internal async Task<DriftReport> FindAsync(string connector, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(connector, RowKey, cancellationToken) is { } row
            ? JsonSerializer.Deserialize<DriftReport>(row.GetString(Column), StoredJson.Options)!
            : DriftReport.None(connector);

    internal Task WriteAsync(DriftReport report, CancellationToken cancellationToken) => _table.UpsertEntityAsync(
        new TableEntity(report.Connector, RowKey) { [Column] = JsonSerializer.Serialize(report, StoredJson.Options) }, TableUpdateMode.Replace, cancellationToken);
}
