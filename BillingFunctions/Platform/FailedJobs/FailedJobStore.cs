using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>The jobs that were given up, in <c>FailedJobs</c>.</summary>
public sealed class FailedJobStore(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "FailedJobs";

    /// <summary>The longest message that is kept, in bytes of UTF-8. A queue takes 48 KiB.</summary>
    public const int MaxPayload = 500 * 1024;

    private const string LeadsTo = "Job";
    private const int MaxPage = 1_000;

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly ConcurrentDictionary<string, bool> _knownQueues = new(StringComparer.Ordinal);

    /// <summary>Whether a text can be the id of a failed job.</summary>
    public static bool IsId(string text) => FailedJobKeys.From(text) is not null;

    /// <summary>Whether storage allows a queue of this name.</summary>
    public static bool IsQueue(string name) => FailedJobKeys.IsQueue(name);

    /// <summary>
    /// Adds a job. Adding it again changes nothing as long as it is there, unless it has been retried meanwhile: then the new failure is noted,
    /// so that the retry, which removes the job when it is done, does not remove that too.
    /// </summary>
    /// <param name="queue">The name of its queue.</param>
    /// <param name="jobId">What it is about; one queue has one failed job for it.</param>
    /// <param name="payload">The message. If it is longer than <see cref="MaxPayload"/> the job is kept without it, and cannot be retried.</param>
    /// <param name="error">Why it failed, without secrets. Cut after 8,000 characters.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <exception cref="ArgumentException">There can be no queue of that name.</exception>
    public async Task AddAsync(string queue, string jobId, string payload, string error, int attempts, CancellationToken cancellationToken)
    {
        if (!FailedJobKeys.IsQueue(queue))
        {
            throw new ArgumentException($"There can be no queue '{queue}'.", nameof(queue));
        }

        await RememberAsync(queue, cancellationToken);
        var now = time.GetUtcNow();
        var job = FailedJobRow.From(FailedJobKeys.NewId(queue, now), jobId, payload, error, attempts, now);
        while (true)
        {
            if (await TryInsertAsync(job, jobId, cancellationToken))
            {
                BillingMetrics.RecordFailedJob(queue);
                return;
            }

            // Unless it was removed in between.
            if (await TryKeepAsync(job, jobId, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>The job with its whole payload; null when there is none, or no longer.</summary>
    public async Task<FailedJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        FailedJobKeys.From(id) is var (partition, row) && await _table.FindAsync<TableEntity>(partition, row, cancellationToken) is { } stored ? FailedJobRow.Read(stored) : null;

    /// <summary>The jobs behind <paramref name="after"/>, newest first, with the beginnings of their payloads.</summary>
    /// <param name="queue">The queue; null for all.</param>
    /// <param name="after">The id of a job; null for the beginning.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task<IReadOnlyList<FailedJob>> ListAsync(string? queue, string? after, int count, CancellationToken cancellationToken) =>
        SearchAsync(new FailedJobFilter(queue), after, count, cancellationToken);

    /// <summary>The jobs behind <paramref name="after"/> that match, newest first, with the beginnings of their payloads. Storage finds those of a queue; among them it is searched here.</summary>
    public async Task<IReadOnlyList<FailedJob>> SearchAsync(FailedJobFilter filter, string? after, int count, CancellationToken cancellationToken)
    {
        // Rows of different queues sort by time too: a row key begins with it.
        var from = after is null ? "" : FailedJobKeys.From(after)?.Row ?? throw new ArgumentException($"{after} is not the id of a failed job.", nameof(after));
        var found = await Task.WhenAll((await QueuesOfAsync(filter, cancellationToken)).Select(queue => ListQueueAsync(queue, filter, from, count, cancellationToken)));
        return [.. found.SelectMany(jobs => jobs).OrderBy(job => FailedJobKeys.From(job.Id)!.Value.Row, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>How many jobs match.</summary>
    public async Task<int> CountAsync(FailedJobFilter filter, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll((await QueuesOfAsync(filter, cancellationToken)).Select(queue => QueryQueue(queue, "", MaxPage, cancellationToken).CountAsync(filter.Matches, cancellationToken).AsTask()));
        return counts.Sum();
    }

    /// <summary>How many jobs each queue has; queues that have none are left out.</summary>
    /// <param name="limit">More of a queue than this are not counted.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task<IReadOnlyList<(string Queue, int Count)>> CountByQueueAsync(int limit, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll((await QueuesAsync(cancellationToken)).Select(async queue => (
            queue,
            await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {queue} and RowKey lt {FailedJobKeys.EndOfJobs}"), MaxPage, [nameof(TableEntity.RowKey)], cancellationToken)
                .Take(limit).CountAsync(cancellationToken))));
        return [.. counts.Where(count => count.Item2 > 0).OrderBy(count => count.queue, StringComparer.Ordinal)];
    }

    /// <summary>Removes the job, whatever has become of it.</summary>
    /// <returns>False when there is none, or no longer.</returns>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } job && await TryRemoveAsync(job with { Version = ETag.All }, cancellationToken);

    /// <summary>Removes what failed for a job id, because it need not be done any more or has been done otherwise.</summary>
    /// <returns>False when there is none, or when it has just failed again.</returns>
    public async Task<bool> RemoveOfAsync(string queue, string jobId, CancellationToken cancellationToken) =>
        await FindOfAsync(queue, jobId, cancellationToken) is { } job && await TryRemoveAsync(job, cancellationToken);

    /// <summary>What failed for a job id; null when nothing did, or no longer.</summary>
    public async Task<FailedJob?> FindOfAsync(string queue, string jobId, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(queue, FailedJobKeys.RowOfJobId(jobId), cancellationToken) is { } lead
        && await _table.FindAsync<TableEntity>(queue, lead.GetString(LeadsTo)!, cancellationToken) is { } stored
            ? FailedJobRow.Read(stored)
            : null;

    /// <summary>Notes that the job is being put on its queue again.</summary>
    /// <returns>The job as it is now; null when it has been changed or removed since it was read.</returns>
    internal async Task<FailedJob?> TryMarkRetriedAsync(FailedJob job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (partition, row) = FailedJobKeys.From(job.Id)!.Value;
        var change = new TableEntity(partition, row) { [FailedJobRow.RetriedAt] = now };
        return await _table.TryWriteAsync(change, job.Version, cancellationToken, TableUpdateMode.Merge) is { } version ? job with { RetriedAt = now, Version = version } : null;
    }

    /// <summary>Removes the job, if it is still the version that was read.</summary>
    internal Task<bool> TryRemoveAsync(FailedJob job, CancellationToken cancellationToken)
    {
        var (partition, row) = FailedJobKeys.From(job.Id)!.Value;
        TableTransactionAction[] removal =
        [
            new(TableTransactionActionType.Delete, new TableEntity(partition, row), job.Version),
            new(TableTransactionActionType.Delete, new TableEntity(partition, FailedJobKeys.RowOfJobId(job.JobId)), ETag.All),
        ];
        return _table.TrySubmitAsync(removal, cancellationToken);
    }

    private Task<bool> TryInsertAsync(TableEntity job, string jobId, CancellationToken cancellationToken)
    {
        var lead = new TableEntity(job.PartitionKey, FailedJobKeys.RowOfJobId(jobId)) { [LeadsTo] = job.RowKey };
        return _table.TrySubmitAsync([new(TableTransactionActionType.Add, lead), new(TableTransactionActionType.Add, job)], cancellationToken);
    }

    /// <summary>Leaves the job that is there already as it is, or writes the new failure over it if it has been retried.</summary>
    /// <returns>False when there is none, or no longer.</returns>
    private async Task<bool> TryKeepAsync(TableEntity job, string jobId, CancellationToken cancellationToken)
    {
        var lead = await _table.FindAsync<TableEntity>(job.PartitionKey, FailedJobKeys.RowOfJobId(jobId), cancellationToken);
        if (lead is null || await _table.FindAsync<TableEntity>(job.PartitionKey, lead.GetString(LeadsTo)!, cancellationToken) is not { } stored)
        {
            return false;
        }

        if (stored.GetDateTimeOffset(FailedJobRow.RetriedAt) is null)
        {
            return true;
        }

        job[FailedJobRow.Id] = stored.GetString(FailedJobRow.Id);
        var replacement = new TableEntity(job) { RowKey = stored.RowKey };
        return await _table.TryWriteAsync(replacement, stored.ETag, cancellationToken) is not null;
    }

    private async Task<List<FailedJob>> ListQueueAsync(string queue, FailedJobFilter filter, string from, int count, CancellationToken cancellationToken) =>
        await QueryQueue(queue, from, filter.IsSearch ? MaxPage : Math.Min(count, MaxPage), cancellationToken).Where(filter.Matches).Take(count).ToListAsync(cancellationToken);

    private IAsyncEnumerable<FailedJob> QueryQueue(string queue, string from, int pageSize, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {queue} and RowKey gt {from} and RowKey lt {FailedJobKeys.EndOfJobs}");
        return _table.QueryAsync<TableEntity>(filter, pageSize, FailedJobRow.ListColumns, cancellationToken).Select(FailedJobRow.Read);
    }

    private async Task<IReadOnlyList<string>> QueuesOfAsync(FailedJobFilter filter, CancellationToken cancellationToken) =>
        filter.Queue is { } queue ? [queue] : await QueuesAsync(cancellationToken);

    /// <summary>The queues that have ever had a failed job.</summary>
    private async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {FailedJobKeys.Queues}");
        return await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).Select(queue => queue.RowKey).ToListAsync(cancellationToken);
    }

    private async Task RememberAsync(string queue, CancellationToken cancellationToken)
    {
        if (!_knownQueues.ContainsKey(queue))
        {
            await _table.UpsertEntityAsync(new TableEntity(FailedJobKeys.Queues, queue), TableUpdateMode.Merge, cancellationToken);
            _knownQueues[queue] = true;
        }
    }
}
