using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// Writes of many callers to one partition in one transaction, which storage does several times as fast as one by one. Each write gets its own outcome: rows that storage
/// refuses are taken out of the transaction, and when it fails for another reason each row is written alone.
/// </summary>
internal static class PartitionTransaction
{
    /// <summary>Storage takes 4 MiB in a transaction; binary columns grow by a third on the way.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>What a row without large columns takes at the most, in bytes.</summary>
    private const int SmallRow = 2 * 1024;

    /// <summary>After so many refused rows the rest is written one by one: each refusal costs a call.</summary>
    private const int MaxRefusals = 3;

    /// <summary>How many of the first writes in line make the next transaction. A row may be in one only once, so that the second write to it waits for the next one.</summary>
    public static int Fit(IReadOnlyList<TableTransactionAction> line)
    {
        var (rows, bytes) = (new HashSet<string>(), 0);
        return Math.Max(1, line.Take(Transactions.MaxRows).TakeWhile(action => rows.Add(action.Entity.RowKey) && (bytes += BytesOf(action.Entity)) <= MaxBytes).Count());
    }

    /// <summary>Does the writes.</summary>
    /// <returns>For each row its new version, or null when it was not as its write expected.</returns>
    public static async Task<IReadOnlyList<Task<ETag?>>> CommitAsync(TableClient table, IReadOnlyList<TableTransactionAction> group)
    {
        var versions = new Task<ETag?>[group.Count];
        var (left, refusals) = (Enumerable.Range(0, group.Count).ToList(), 0);
        while (left.Count > 1 && refusals < MaxRefusals)
        {
            var (written, refused) = await SubmitAsync(table, [.. left.Select(index => group[index])]);
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
        left.ForEach(index => versions[index] = WriteAloneAsync(table, group[index]));
        await Task.WhenAny(Task.WhenAll(versions));
        return versions;
    }

    private static int BytesOf(ITableEntity row) => row is TableEntity entity ? SmallRow + entity.Keys.Sum(column => (entity[column] as byte[])?.Length ?? 0) : SmallRow;

    /// <returns>The versions of all rows, or the position of the one that was refused so that none was written; neither when the transaction failed for another reason.</returns>
    private static async Task<(IReadOnlyList<ETag?>? Written, int? Refused)> SubmitAsync(TableClient table, IReadOnlyList<TableTransactionAction> actions)
    {
        try
        {
            // Not to be canceled: the rows are of several callers.
            var responses = await table.SubmitTransactionAsync(actions, CancellationToken.None);
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

    private static async Task<ETag?> WriteAloneAsync(TableClient table, TableTransactionAction action)
    {
        try
        {
            var response = await (action.ActionType switch
            {
                TableTransactionActionType.Add => table.AddEntityAsync(action.Entity, CancellationToken.None),
                TableTransactionActionType.Delete => table.DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, action.ETag, CancellationToken.None),
                TableTransactionActionType.UpdateMerge => table.UpdateEntityAsync(action.Entity, action.ETag, TableUpdateMode.Merge, CancellationToken.None),
                _ => table.UpdateEntityAsync(action.Entity, action.ETag, TableUpdateMode.Replace, CancellationToken.None),
            });
            return response.IsError ? null : response.Headers.ETag ?? default(ETag);
        }
        catch (RequestFailedException conflict) when (conflict.IsConflict())
        {
            return null;
        }
    }
}
