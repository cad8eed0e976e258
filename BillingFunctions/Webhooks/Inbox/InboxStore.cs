using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;
using Stripe;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>The events in <c>WebhookEvents</c>; the insert is what tells a new one from a duplicate.</summary>
public sealed class InboxStore(TableServiceClient tables, BlobServiceClient blobs, TimeProvider time)
{
    public const string Table = "WebhookEvents";

    /// <summary>Where payloads lie that are too large for a row.</summary>
    public const string Container = "webhook-payloads";

    private static readonly string[] WithoutPayload =
        ["PartitionKey", "RowKey", "Type", "Created", "Livemode", "ApiVersion", "Status", "ReceivedAt", "SettledAt", "Error", "Source"];

    /// <summary>The column with the time when an event was put on the queue again.</summary>
    private const string QueuedAt = nameof(QueuedAt);

    /// <summary>A column may have 64 KiB.</summary>
    private const int MaxError = 8_000;

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Inserts events of one partition, each with its own outcome.</summary>
    /// <returns>For each whether it is new.</returns>
    internal async Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<InboxEvent> events, CancellationToken cancellationToken)
    {
        await Task.WhenAll(events.Where(received => received.Compressed.Length > LargeColumn.MaxBytes).Select(received =>
            BlobOf(received.Key).UploadAsync(BinaryData.FromBytes(received.Compressed), overwrite: true, cancellationToken)));
        var now = time.GetUtcNow();
        if (events is [var alone])
        {
            return [await TryInsertAsync(alone, now, cancellationToken)];
        }

        // A row may be in a transaction only once.
        var distinct = events.DistinctBy(received => received.Key).ToList();
        var actions = distinct.Select(received => new TableTransactionAction(TableTransactionActionType.Add, InboxEntity.Of(received, now))).ToList();
        var refused = await _table.SubmitPossibleAsync(actions, cancellationToken);
        var inserted = distinct.Where((_, index) => !refused.Contains(index)).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. events.Select(inserted.Contains)];
    }

    internal async Task<StoredEvent?> FindAsync(EventKey key, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(key.Partition, key.Row, cancellationToken, WithoutPayload) is { } entity ? InboxEntity.Read(entity) : null;

    /// <summary>Looks for the events of an id, mostly one, the newest first. For people, not for programs.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="created">When the event happened, which spares going through the whole table; null when that is not known.</param>
    internal async Task<IReadOnlyList<StoredEvent>> SearchAsync(string id, CancellationToken cancellationToken, DateTimeOffset? created = null)
    {
        var (behind, before) = EventKey.RowsOf(id);
        var filter = TableClient.CreateQueryFilter($"RowKey gt {behind} and RowKey lt {before}");
        if (created is { } moment)
        {
            filter += TableClient.CreateQueryFilter($" and PartitionKey eq {EventKey.PartitionOf(moment.ToUnixTimeSeconds())}");
        }

        return await _table.QueryAsync<TableEntity>(filter, select: WithoutPayload, cancellationToken: cancellationToken).Select(InboxEntity.Read).ToListAsync(cancellationToken);
    }

    /// <summary>The raw body, or null if there is no such event; and whether nothing is left to be done with it, which spares reading it.</summary>
    internal async Task<(bool IsSettled, byte[]? Payload)> FindPayloadAsync(EventKey key, CancellationToken cancellationToken)
    {
        if (await _table.FindAsync<TableEntity>(key.Partition, key.Row, cancellationToken) is not { } entity)
        {
            return default;
        }

        return InboxEntity.Read(entity).IsSettled ? (true, null) : (false, await PayloadOfAsync(entity, key, cancellationToken));
    }

    /// <summary>The raw body; null if there is no such event.</summary>
    internal async Task<byte[]?> ReadPayloadAsync(EventKey key, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(key.Partition, key.Row, cancellationToken) is { } entity ? await PayloadOfAsync(entity, key, cancellationToken) : null;

    /// <summary>Writes what came of events, those of one partition in one transaction. An event that somebody has removed is left so.</summary>
    internal Task RecordAsync(IEnumerable<EventOutcome> events, CancellationToken cancellationToken) =>
        MergeAsync(events.DistinctBy(outcome => outcome.Key).Select(ChangeOf), cancellationToken);

    /// <summary>
    /// Events created since, that are neither applied nor given up and were put on the queue before a time, as far as it is known. One query: partitions are minutes,
    /// and neighbours; storage reads those of the minutes asked for and sends keys only.
    /// </summary>
    internal IAsyncEnumerable<EventKey> ListSilentAsync(DateTimeOffset created, DateTimeOffset queuedBefore, CancellationToken cancellationToken)
    {
        // The newest come first. A row without QueuedAt has been queued when it was received, or was about to be.
        var last = EventKey.PartitionOf(created.ToUnixTimeSeconds());
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {last} and Status eq {nameof(EventStatus.Received)} and ReceivedAt le {queuedBefore}");
        return _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "Created", QueuedAt], cancellationToken: cancellationToken)
            .Where(entity => !(entity.GetDateTimeOffset(QueuedAt) > queuedBefore))
            .Select(entity => EventKey.FromRow(entity.RowKey, entity.GetDateTimeOffset("Created")!.Value));
    }

    /// <summary>Removes events that were created before a time and are applied or ignored, each after its payload.</summary>
    /// <returns>How many.</returns>
    internal Task<int> RemoveSettledAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken)
    {
        // Older minutes come behind newer ones.
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey gt {EventKey.PartitionOf(createdBefore.ToUnixTimeSeconds())} and (Status eq {nameof(EventStatus.Applied)} or Status eq {nameof(EventStatus.Ignored)})");
        var settled = _table.QueryAsync<TableEntity>(filter, select: [.. TableRemoval.Columns, InboxEntity.IsInBlob], cancellationToken: cancellationToken);
        return _table.RemoveAsync(settled.Select(async (row, token) => await WithoutBlobAsync(row, token)), cancellationToken);
    }

    private async ValueTask<TableEntity> WithoutBlobAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetBoolean(InboxEntity.IsInBlob) == true)
        {
            await blobs.GetBlobContainerClient(Container).DeleteBlobIfExistsAsync(row.RowKey, cancellationToken: cancellationToken);
        }

        return row;
    }

    /// <summary>Notes that events have been put on the queue again. Their status is left alone: somebody may be applying them at this moment.</summary>
    internal Task MarkQueuedAsync(IEnumerable<EventKey> keys, CancellationToken cancellationToken) =>
        MergeAsync(keys.Select(key => new TableEntity(key.Partition, key.Row) { [QueuedAt] = time.GetUtcNow() }), cancellationToken);

    /// <summary>Merges columns into rows, those of one partition in one transaction.</summary>
    private Task<IReadOnlySet<int>[]> MergeAsync(IEnumerable<TableEntity> changes, CancellationToken cancellationToken) => Task.WhenAll(
        changes.ByPartition(change => change.PartitionKey)
            .Select(chunk => _table.SubmitPossibleAsync([.. chunk.Select(change => new TableTransactionAction(TableTransactionActionType.UpdateMerge, change, ETag.All))], cancellationToken)));

    /// <summary>Events behind <paramref name="after"/>, the newest minute first, and inside a minute in the order of their keys.</summary>
    internal IAsyncEnumerable<StoredEvent> ListAsync(EventStatus? status, EventKey? after, CancellationToken cancellationToken)
    {
        var wanted = status is null ? "" : TableClient.CreateQueryFilter($"Status eq {status.Value.ToString()}");
        return _table.ListBehindAsync<TableEntity>(after is null ? null : (after.Partition, after.Row), cancellationToken, wanted, pageSize: 100, select: WithoutPayload).Select(InboxEntity.Read);
    }

    /// <summary>The statuses of the events created since a time, the newest minute first.</summary>
    internal IAsyncEnumerable<EventStatus> ListStatusesAsync(DateTimeOffset created, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {EventKey.PartitionOf(created.ToUnixTimeSeconds())}");
        return _table.QueryAsync<TableEntity>(filter, select: ["Status"], cancellationToken: cancellationToken).Select(entity => Enum.Parse<EventStatus>(entity.GetString("Status")));
    }

    private async Task<byte[]> PayloadOfAsync(TableEntity entity, EventKey key, CancellationToken cancellationToken) =>
        Brotli.Decompress(InboxEntity.PayloadOf(entity) ?? (await BlobOf(key).DownloadContentAsync(cancellationToken)).Value.Content.ToArray());

    private async Task<bool> TryInsertAsync(InboxEvent received, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(InboxEntity.Of(received, now), cancellationToken);
            return true;
        }
        catch (RequestFailedException exists) when (exists.IsConflict())
        {
            return false;
        }
    }

    private TableEntity ChangeOf(EventOutcome outcome)
    {
        var change = new TableEntity(outcome.Key.Partition, outcome.Key.Row) { ["Status"] = outcome.Status.ToString(), ["Error"] = ShortText.Of(outcome.Error ?? "", MaxError) };

        // One that is received again is put on the queue again.
        change[outcome.Status == EventStatus.Received ? QueuedAt : "SettledAt"] = time.GetUtcNow();
        return change;
    }

    private BlobClient BlobOf(EventKey key) => blobs.GetBlobContainerClient(Container).GetBlobClient(key.Row);
}

/// <summary>How an event is kept in <c>WebhookEvents</c>.</summary>
internal static class InboxEntity
{
    /// <summary>The column that says that the payload lies in a blob.</summary>
    public const string IsInBlob = nameof(IsInBlob);

    private const string Payload = nameof(Payload);

    public static TableEntity Of(InboxEvent received, DateTimeOffset now)
    {
        var entity = new TableEntity(received.Key.Partition, received.Key.Row)
        {
            ["Type"] = received.Event.Type,
            ["Created"] = DateTimeOffset.FromUnixTimeSeconds(received.Event.Created),
            ["Livemode"] = received.Event.Livemode,
            ["ApiVersion"] = received.Event.ApiVersion,
            ["Status"] = nameof(EventStatus.Received),
            ["ReceivedAt"] = now,
            ["Source"] = received.Source,
        };
        if (received.Compressed.Length <= LargeColumn.MaxBytes)
        {
            LargeColumn.Write(entity, Payload, received.Compressed);
        }
        else
        {
            entity[IsInBlob] = true;
        }

        return entity;
    }

    public static StoredEvent Read(TableEntity entity) => new(
        EventKey.FromRow(entity.RowKey, default).Id,
        entity.GetString("Type")!,
        entity.GetDateTimeOffset("Created")!.Value,
        entity.GetBoolean("Livemode") ?? false,
        entity.GetString("ApiVersion"),
        entity.GetString("ApiVersion") != StripeConfiguration.ApiVersion,
        Enum.Parse<EventStatus>(entity.GetString("Status")!),
        entity.GetDateTimeOffset("ReceivedAt")!.Value,

        // A replay cannot take a time away: columns are merged.
        entity.GetString("Status") == nameof(EventStatus.Received) ? null : entity.GetDateTimeOffset("SettledAt"),
        entity.GetString("Error") is { Length: > 0 } error ? error : null,
        entity.GetString("Source")!,
        EventKey.FromRow(entity.RowKey, entity.GetDateTimeOffset("Created")!.Value));

    /// <summary>The body, compressed; null when it lies in a blob.</summary>
    public static byte[]? PayloadOf(TableEntity entity) => LargeColumn.Read(entity, Payload) is { Length: > 0 } payload ? payload : null;
}
