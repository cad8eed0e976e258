using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Exports.Runs;

/// <summary>The export runs in <c>Runs</c>: partition <c>export</c>, newest first.</summary>
public sealed class ExportRunStore(TableServiceClient tables)
{
    public const string Table = "Runs";
    public const string IdPrefix = "exp";
    private const string Partition = "export";

    private readonly TableClient _table = tables.GetTableClient(Table);

    public static bool IsId(string text) => TimeOrderedId.RowKeyOf(IdPrefix, text) is not null;

    /// <summary>The run, or null.</summary>
    public async Task<ExportRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (TimeOrderedId.RowKeyOf(IdPrefix, id) is not { } rowKey)
        {
            return null;
        }

        var entity = await _table.GetEntityIfExistsAsync<Entity>(Partition, rowKey, cancellationToken: cancellationToken);
        return entity.HasValue ? entity.Value!.ToRun() : null;
    }

    /// <summary>Writes the run as it is now. One writer at a time: the API before the orchestration starts, then the orchestration.</summary>
    public Task SaveAsync(ExportRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Entity.Of(run), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Runs older than <paramref name="after"/>, newest first.</summary>
    public async IAsyncEnumerable<ExportRun> ListAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = after is null ? "" : TimeOrderedId.RowKeyOf(IdPrefix, after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from}");
        await foreach (var entity in _table.QueryAsync<Entity>(filter, maxPerPage: 100, cancellationToken: cancellationToken))
        {
            yield return entity.ToRun();
        }
    }

    private sealed class Entity : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Status { get; set; } = "";

        public DateTimeOffset StartedAt { get; set; }

        public DateTimeOffset? FinishedAt { get; set; }

        /// <summary>The whole run as compressed JSON. The columns beside it are for whoever reads the table.</summary>
        public byte[] Run { get; set; } = [];

        public static Entity Of(ExportRun run) => new()
        {
            PartitionKey = Partition,
            RowKey = TimeOrderedId.RowKeyOf(IdPrefix, run.Id)!,
            Status = run.Status.ToString(),
            StartedAt = run.StartedAt,
            FinishedAt = run.FinishedAt,
            Run = Brotli.CompressJson(run),
        };

        public ExportRun ToRun() => Brotli.DecompressJson<ExportRun>(Run);
    }
}
