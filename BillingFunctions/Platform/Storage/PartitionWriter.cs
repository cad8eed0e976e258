using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Writes rows for many callers, each row on its own condition. Writes to a partition that arrive while another one is under way go together in one transaction, which storage
/// does several times as fast as one by one. Each caller gets the outcome of its own row: rows that storage refuses are taken out of the transaction, and when it fails for
/// another reason each row is written alone.
/// </summary>
internal sealed class PartitionWriter
{
    /// <summary>Storage takes 4 MiB in a transaction; binary columns grow by a third on the way.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>What a row without large columns takes at the most, in bytes.</summary>
    private const int SmallRow = 2 * 1024;

    /// <summary>After so many refused rows the rest is written one by one: each refusal costs a call.</summary>
    private const int MaxRefusals = 3;

    private readonly TableClient _table;
    private readonly GroupCommit<string, TableTransactionAction, Task<ETag?>> _groups;

    public PartitionWriter(TableClient table)
    {
        _table = table;
        _groups = new GroupCommit<string, TableTransactionAction, Task<ETag?>>(Fit, (_, group) => CommitAsync(group));
    }

    /// <inheritdoc cref="TableRows.TryWriteAsync"/>
    public async Task<ETag?> TryWriteAsync<T>(T row, ETag replaces, CancellationToken cancellationToken, TableUpdateMode mode = TableUpdateMode.Replace)
        where T : class, ITableEntity => (await WriteOrReadAsync(row, replaces, cancellationToken, mode)).Version;

    /// <inheritdoc cref="TableRows.WriteOrReadAsync"/>
    public async Task<(ETag? Version, T? Found)> WriteOrReadAsync<T>(T row, ETag replaces, CancellationToken cancellationToken, TableUpdateMode mode = TableUpdateMode.Replace)
        where T : class, ITableEntity
    {
        var writeId = TableRows.Sign([row]);
        var type = replaces == default ? TableTransactionActionType.Add
            : mode == TableUpdateMode.Replace ? TableTransactionActionType.UpdateReplace
            : TableTransactionActionType.UpdateMerge;
        return await AddAsync(new TableTransactionAction(type, row, replaces), cancellationToken) is { } version
            ? (version, null)
            : await _table.ReadUnlessWrittenAsync(row, writeId, cancellationToken);
    }

    /// <summary>Deletes the version of a row that was read.</summary>
    /// <returns>False when it has been changed or deleted since.</returns>
    public async Task<bool> TryDeleteAsync(string partitionKey, string rowKey, ETag version, CancellationToken cancellationToken) =>
        await AddAsync(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partitionKey, rowKey), version), cancellationToken) is not null;

    private async Task<ETag?> AddAsync(TableTransactionAction action, CancellationToken cancellationToken) =>
        await (await _groups.AddAsync(action.Entity.PartitionKey, action).WaitAsync(cancellationToken)).WaitAsync(cancellationToken);

    /// <summary>A row may be in a transaction only once, so that the second write to it waits for the next one.</summary>
    private static int Fit(IReadOnlyList<TableTransactionAction> line)
    {
        var (rows, bytes) = (new HashSet<string>(), 0);
        return Math.Max(1, line.Take(Transactions.MaxRows).TakeWhile(action => rows.Add(action.Entity.RowKey) && (bytes += BytesOf(action.Entity)) <= MaxBytes).Count());
    }

    private static int BytesOf(ITableEntity row) => row is TableEntity entity ? SmallRow + entity.Keys.Sum(column => (entity[column] as byte[])?.Length ?? 0) : SmallRow;

    /// <returns>For each row its new version, or null when it was not as its write expected.</returns>
    private async Task<IReadOnlyList<Task<ETag?>>> CommitAsync(IReadOnlyList<TableTransactionAction> group)
    {
        var versions = new Task<ETag?>[group.Count];
        var (left, refusals) = (Enumerable.Range(0, group.Count).ToList(), 0);
        while (left.Count > 1 && refusals < MaxRefusals)
        {
            var (written, refused) = await SubmitAsync([.. left.Select(index => group[index])]);
            if (written is not null)
            {
                left.ForEach(index => versions[index] = Task.FromResult(written[left.IndexOf(index)]));
                return versions;
            }

            if (refused is not { } position)
            {
                break;
            }

            versions[left[position]] = Task.FromResult<ETag?>(null);
            left.RemoveAt(position);
            refusals++;
        }

        // The next group waits for all of these, and each caller gets the failure of its own row.
        left.ForEach(index => versions[index] = WriteAloneAsync(group[index]));
        await Task.WhenAny(Task.WhenAll(versions));
        return versions;
    }

    /// <returns>The versions of all rows, or the position of the one that was refused so that none was written; neither when the transaction failed for another reason.</returns>
    private async Task<(IReadOnlyList<ETag?>? Written, int? Refused)> SubmitAsync(IReadOnlyList<TableTransactionAction> actions)
    {
        try
        {
            // Not to be canceled: the rows are of several callers.
            var responses = await _table.SubmitTransactionAsync(actions, CancellationToken.None);
            return ([.. responses.Value.Select(response => (ETag?)(response.Headers.ETag ?? default(ETag)))], null);
        }
        catch (TableTransactionFailedException refusal) when (refusal.IsConflict())
        {
            return (null, refusal.FailedTransactionActionIndex);
        }
        catch (RequestFailedException)
        {
            return default;
        }
    }

    private async Task<ETag?> WriteAloneAsync(TableTransactionAction action)
    {
        try
        {
            var response = await (action.ActionType switch
            {
                TableTransactionActionType.Add => _table.AddEntityAsync(action.Entity, CancellationToken.None),
                TableTransactionActionType.Delete => _table.DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, action.ETag, CancellationToken.None),
                TableTransactionActionType.UpdateMerge => _table.UpdateEntityAsync(action.Entity, action.ETag, TableUpdateMode.Merge, CancellationToken.None),
                _ => _table.UpdateEntityAsync(action.Entity, action.ETag, TableUpdateMode.Replace, CancellationToken.None),
            });
            return response.IsError ? null : response.Headers.ETag ?? default(ETag);
        }
        catch (RequestFailedException conflict) when (conflict.IsConflict())
        {
            return null;
        }
    }
}
