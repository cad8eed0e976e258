using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Tasks;

/// <summary>The tasks in <c>ConnectorTasks</c>: partition is the task, rows are the task itself and the result of each connector, so that no two connectors write one row.</summary>
public sealed class ConnectorTaskStore(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "ConnectorTasks";

    private const string TaskRow = "task";
    private const int Parallelism = 8;

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Adds a task unless it is there.</summary>
    /// <returns>The task that is there now.</returns>
    internal async Task<ConnectorTask> AddAsync(ConnectorTask task, CancellationToken cancellationToken)
    {
        var (_, found) = await _table.WriteOrReadAsync(Row.Of(task.Id, TaskRow, task), replaces: default, cancellationToken);
        return found?.Read<ConnectorTask>() ?? task;
    }

    /// <summary>The task; null when there is none.</summary>
    internal async Task<ConnectorTask?> FindAsync(string id, CancellationToken cancellationToken) =>
        ConnectorTask.IsId(id) ? (await _table.FindAsync<Row>(id, TaskRow, cancellationToken))?.Read<ConnectorTask>() : null;

    /// <summary>What came of a task at a connector; null as long as it is under way.</summary>
    internal async Task<TaskResult?> FindResultAsync(string id, string connector, CancellationToken cancellationToken) =>
        (await _table.FindAsync<Row>(id, RowOf(connector), cancellationToken))?.Read<TaskResult>();

    /// <summary>Notes what came of tasks at a connector. The last word counts: one that was given up may be retried.</summary>
    internal Task FinishAsync(IReadOnlyList<string> ids, string connector, bool succeeded, int attempts, string? remoteId, string? error, CancellationToken cancellationToken)
    {
        var result = new TaskResult(succeeded, attempts, remoteId, error, time.GetUtcNow());
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(ids, options, async (id, token) => await _table.UpsertEntityAsync(Row.Of(id, RowOf(connector), result), TableUpdateMode.Replace, token));
    }

    private static string RowOf(string connector) => $"result|{connector}";

    private sealed class Row : StoredRow
    {
        public string Json { get; set; } = "";

        public static Row Of<T>(string task, string row, T value) => new() { PartitionKey = task, RowKey = row, Json = JsonSerializer.Serialize(value, StoredJson.Options) };

        public T Read<T>() => JsonSerializer.Deserialize<T>(Json, StoredJson.Options)!;
    }
}
