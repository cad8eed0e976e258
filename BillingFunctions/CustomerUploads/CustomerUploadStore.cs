using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.CustomerUploads;

/// <summary>The uploads in <c>Runs</c>: partition <c>upload</c>, newest first.</summary>
public sealed class CustomerUploadStore(TableServiceClient tables)
{
    public const string Table = "Runs";
    public const string IdPrefix = "upl";
    private const string Partition = "upload";

    private readonly TableClient _table = tables.GetTableClient(Table);

    public static bool IsId(string text) => TimeOrderedId.RowKeyOf(IdPrefix, text) is not null;

    /// <summary>The upload, or null.</summary>
    public async Task<CustomerUpload?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (TimeOrderedId.RowKeyOf(IdPrefix, id) is not { } rowKey)
        {
            return null;
        }

        var entity = await _table.GetEntityIfExistsAsync<Entity>(Partition, rowKey, cancellationToken: cancellationToken);
        return entity.HasValue ? entity.Value!.ToUpload() : null;
    }

    /// <summary>Writes the upload if what is stored is still the version that was read; a new one if it is not stored yet.</summary>
    /// <returns>The new version; null when somebody else has written it since.</returns>
    public async Task<CustomerUpload?> TrySaveAsync(CustomerUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            var response = await (upload.Version == default
                ? _table.AddEntityAsync(Entity.Of(upload), cancellationToken)
                : _table.UpdateEntityAsync(Entity.Of(upload), upload.Version, TableUpdateMode.Replace, cancellationToken));
            return upload with { Version = response.Headers.ETag ?? default };
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return null;
        }
    }

    /// <summary>Uploads older than <paramref name="after"/>, newest first.</summary>
    public async IAsyncEnumerable<CustomerUpload> ListAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = after is null ? "" : TimeOrderedId.RowKeyOf(IdPrefix, after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from}");
        await foreach (var entity in _table.QueryAsync<Entity>(filter, maxPerPage: 100, cancellationToken: cancellationToken))
        {
            yield return entity.ToUpload();
        }
    }

    /// <summary>Uploads received after <paramref name="since"/> that wait or are under way, newest first.</summary>
    internal IAsyncEnumerable<CustomerUpload> ListOpenAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var last = TimeOrderedId.RowKeyOf(IdPrefix, TimeOrderedId.New(IdPrefix, since));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Partition} and RowKey lt {last} and (Status eq {nameof(UploadStatus.Queued)} or Status eq {nameof(UploadStatus.Running)})");
        return _table.QueryAsync<Entity>(filter, cancellationToken: cancellationToken).Select(entity => entity.ToUpload());
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

        /// <summary>The whole upload as compressed JSON. The columns beside it are for whoever reads the table.</summary>
        public byte[] Run { get; set; } = [];

        public static Entity Of(CustomerUpload upload) => new()
        {
            PartitionKey = Partition,
            RowKey = TimeOrderedId.RowKeyOf(IdPrefix, upload.Id)!,
            Status = upload.Status.ToString(),
            StartedAt = upload.ReceivedAt,
            FinishedAt = upload.FinishedAt,
            Run = Brotli.CompressJson(upload),
        };

        public CustomerUpload ToUpload() => Brotli.DecompressJson<CustomerUpload>(Run) with { Version = ETag, SavedAt = Timestamp ?? default };
    }
}
