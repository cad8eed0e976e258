using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;

namespace BillingFunctions.Webhooks;

/// <summary>The events in <c>WebhookEvents</c>; the insert is what tells a new one from a duplicate.</summary>
public sealed class InboxStore(TableServiceClient tables, BlobServiceClient blobs, TimeProvider time)
{
    public const string Table = "WebhookEvents";

    /// <summary>Where payloads lie that are too large for a row.</summary>
    public const string Container = "webhook-payloads";

    private static readonly string[] WithoutPayload =
        ["PartitionKey", "RowKey", "Type", "Created", "Livemode", "ApiVersion", "Status", "ReceivedAt", "SettledAt", "Error", "Source"];

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Inserts events of one partition, each with its own outcome: a duplicate is taken out and the rest committed.</summary>
    /// <returns>For each whether it is new.</returns>
    internal async Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<InboxEvent> events, CancellationToken cancellationToken)
    {
        await Task.WhenAll(events.Where(received => received.Payload.Length > InboxEntity.MaxInline).Select(received => StoreBlobAsync(received, cancellationToken)));
        var isNew = new bool[events.Count];
        var left = Enumerable.Range(0, events.Count).DistinctBy(index => events[index].Id).ToList();
        while (left.Count > 0)
        {
            var duplicate = await TryInsertAsync([.. left.Select(index => events[index])], cancellationToken);
            if (duplicate is null)
            {
                left.ForEach(index => isNew[index] = true);
                break;
            }

            left.RemoveAt(duplicate.Value);
        }

        return isNew;
    }

    internal async Task<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, WithoutPayload, cancellationToken) is { } entity ? InboxEntity.Read(entity) : null;

    /// <summary>The raw body, or null if there is no such event.</summary>
    internal async Task<byte[]?> FindPayloadAsync(string id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, null, cancellationToken) is not { } entity)
        {
            return null;
        }

        return InboxEntity.PayloadOf(entity) ?? (await BlobOf(id).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
    }

    /// <summary>Writes how events have fared, those of one partition in one transaction.</summary>
    internal Task SettleAsync(IEnumerable<string> ids, EventStatus status, CancellationToken cancellationToken, string? error = null) => Task.WhenAll(
        ids.Select(InboxEntity.KeysOf).GroupBy(keys => keys.Partition).SelectMany(partition => partition.Chunk(100)).Select(chunk => _table.SubmitTransactionAsync(
            chunk.Select(keys => new TableTransactionAction(
                TableTransactionActionType.UpdateMerge,
                new TableEntity(keys.Partition, keys.Row) { ["Status"] = status.ToString(), ["SettledAt"] = time.GetUtcNow(), ["Error"] = error ?? "" },
                ETag.All)),
            cancellationToken)));

    /// <summary>Events after <paramref name="after"/>, in the order of their keys.</summary>
    internal IAsyncEnumerable<StoredEvent> ListAsync(EventStatus? status, string? after, CancellationToken cancellationToken)
    {
        var (partition, row) = after is null ? ("", "") : InboxEntity.KeysOf(after);
        var filter = TableClient.CreateQueryFilter($"(PartitionKey gt {partition} or (PartitionKey eq {partition} and RowKey gt {row}))");
        filter += status is null ? "" : " and " + TableClient.CreateQueryFilter($"Status eq {status.Value.ToString()}");
        return _table.QueryAsync<TableEntity>(filter, maxPerPage: 100, select: WithoutPayload, cancellationToken).Select(InboxEntity.Read);
    }

    /// <summary>Null on success, else the index of one that is there already.</summary>
    private async Task<int?> TryInsertAsync(IReadOnlyList<InboxEvent> events, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            await (events.Count == 1
                ? _table.AddEntityAsync(InboxEntity.Of(events[0], now), cancellationToken)
                : (Task)_table.SubmitTransactionAsync(
                    events.Select(received => new TableTransactionAction(TableTransactionActionType.Add, InboxEntity.Of(received, now))), cancellationToken));
            return null;
        }
        catch (TableTransactionFailedException exists) when (exists.ErrorCode == TableErrorCode.EntityAlreadyExists && exists.FailedTransactionActionIndex is { } index)
        {
            return index;
        }
        catch (RequestFailedException exists) when (events.Count == 1 && exists.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return 0;
        }
    }

    private async Task<TableEntity?> ReadAsync(string id, IEnumerable<string>? select, CancellationToken cancellationToken)
    {
        var (partition, row) = InboxEntity.KeysOf(id);
        var entity = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, select, cancellationToken);
        return entity.HasValue ? entity.Value : null;
    }

    private async Task StoreBlobAsync(InboxEvent received, CancellationToken cancellationToken) =>
        await BlobOf(received.Id).UploadAsync(BinaryData.FromBytes(received.Payload), overwrite: true, cancellationToken);

    private BlobClient BlobOf(string id) => blobs.GetBlobContainerClient(Container).GetBlobClient(id);
}
