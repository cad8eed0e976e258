using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>A hub in two tables: <c>{hub}Instances</c> and <c>{hub}History</c>, both partitioned by instance id.</summary>
internal sealed partial class TableHubStore(TableServiceClient service, string hubName) : IHubStore
{
    private const string InstancesSuffix = "Instances";
    private const string HistorySuffix = "History";

    private readonly TableClient _instances = service.GetTableClient(hubName + InstancesSuffix);
    private readonly TableClient _history = service.GetTableClient(hubName + HistorySuffix);

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _instances.CreateIfNotExistsAsync(cancellationToken);
        await _history.CreateIfNotExistsAsync(cancellationToken);
    }

    public async Task<InstanceRecord?> TryWriteInstanceAsync(InstanceRecord instance, CancellationToken cancellationToken)
    {
        var pieces = new List<TableEntity>();
        var entity = InstanceEntities.Write(instance, pieces);
        foreach (var piece in pieces)
        {
            await _instances.UpsertEntityAsync(piece, TableUpdateMode.Replace, cancellationToken);
        }

        return await TryWriteAsync(_instances, entity, instance.Version, cancellationToken) is { } version
            ? instance with { Version = version }
            : null;
    }

    public async Task<InstanceRecord?> FindInstanceAsync(string instanceId, bool withPayloads, CancellationToken cancellationToken)
    {
        var found = await _instances.GetEntityIfExistsAsync<TableEntity>(
            instanceId, InstanceEntities.MainRow, cancellationToken: cancellationToken);
        return found.HasValue ? await ReadAsync(found.Value!, withPayloads, cancellationToken) : null;
    }

    public async IAsyncEnumerable<InstanceRecord> UnfinishedInstancesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entity in _instances.QueryAsync<TableEntity>("Finished eq false", cancellationToken: cancellationToken))
        {
            yield return await ReadAsync(entity, withPayloads: true, cancellationToken);
        }
    }

    public async Task<InstancePage> ListInstancesAsync(InstanceFilter filter, string? continuation, CancellationToken cancellationToken)
    {
        var pages = _instances.QueryAsync<TableEntity>(Filter(filter), filter.PageSize, cancellationToken: cancellationToken)
            .AsPages(continuation, filter.PageSize);
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            var instances = new List<InstanceRecord>(page.Values.Count);
            foreach (var entity in page.Values)
            {
                instances.Add(await ReadAsync(entity, filter.WithPayloads, cancellationToken));
            }

            return new InstancePage(instances, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }

        return new InstancePage([], null);
    }

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        DeletePartitionAsync(_instances, instanceId, cancellationToken);

    private static string Filter(InstanceFilter filter)
    {
        List<string> parts = [TableClient.CreateQueryFilter($"RowKey eq {InstanceEntities.MainRow}")];
        if (!string.IsNullOrEmpty(filter.InstanceIdPrefix))
        {
            parts.Add(TableClient.CreateQueryFilter($"PartitionKey ge {filter.InstanceIdPrefix}"));
            parts.Add(TableClient.CreateQueryFilter($"PartitionKey lt {filter.InstanceIdPrefix + char.MaxValue}"));
        }

        if (filter.CreatedFrom is { } from)
        {
            parts.Add(TableClient.CreateQueryFilter($"CreatedAt ge {from}"));
        }

        if (filter.CreatedTo is { } to)
        {
            parts.Add(TableClient.CreateQueryFilter($"CreatedAt le {to}"));
        }

        return string.Join(" and ", parts);
    }

    /// <summary>Writes an entity depending on its version; gives the new version, or null if the old one has moved on.</summary>
    private static async Task<string?> TryWriteAsync(
        TableClient table, TableEntity entity, string? version, CancellationToken cancellationToken)
    {
        try
        {
            var response = version is null
                ? await table.AddEntityAsync(entity, cancellationToken)
                : await table.UpdateEntityAsync(entity, new ETag(version), TableUpdateMode.Replace, cancellationToken);
            return response.Headers.ETag?.ToString();
        }
        catch (RequestFailedException exception) when (IsConflict(exception))
        {
            return null;
        }
    }

    private static bool IsConflict(RequestFailedException exception) =>
        exception.ErrorCode == TableErrorCode.EntityAlreadyExists
        || exception.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
        || exception.ErrorCode == TableErrorCode.EntityNotFound
        || exception.ErrorCode == TableErrorCode.ResourceNotFound;

    private static async Task DeletePartitionAsync(TableClient table, string partitionKey, CancellationToken cancellationToken)
    {
        const int TransactionSize = 100;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}");
        var rows = table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken);
        await foreach (var chunk in rows.Chunk(TransactionSize).WithCancellation(cancellationToken))
        {
            var deletes = chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All));
            await table.SubmitTransactionAsync(deletes, cancellationToken);
        }
    }

    private Task<InstanceRecord> ReadAsync(TableEntity entity, bool withPayloads, CancellationToken cancellationToken)
    {
        return InstanceEntities.ReadAsync(entity, withPayloads ? FetchAsync : null);

        async Task<TableEntity> FetchAsync(string row) =>
            (await _instances.GetEntityAsync<TableEntity>(entity.PartitionKey, row, cancellationToken: cancellationToken)).Value;
    }
}
