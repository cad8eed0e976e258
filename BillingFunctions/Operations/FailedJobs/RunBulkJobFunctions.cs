using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>
/// Retries or deletes failed jobs page by page, newest first, and notes after each page how far it is. A page may be begun twice: what was retried or deleted is not there
/// any more. What fails again meanwhile is newer than all, and not met a second time. Of two at one job, the one that comes second to a page stops.
/// </summary>
public sealed class RunBulkJobFunctions(RunStore<BulkJob> store, FailedJobStore failedJobs, FailedJobRetry retry, BulkJobQueue queue, PoisonMessages messages, TimeProvider time)
{
    private const int PageSize = 100;
    private const int Parallelism = 8;

    /// <summary>After this long the next page is left to another message: a function may run for 5 minutes on the Consumption plan.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);

    [Function("RunBulkJobFunction")]
    public async Task RunAsync([QueueTrigger(BulkJobQueue.Name, Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        Edge.About("run_id", id);
        var began = time.GetTimestamp();
        for (var job = await store.FindAsync(id, cancellationToken); job is { Status: not BulkJobStatus.Completed }; job = await DoPageAsync(job, cancellationToken))
        {
            if (time.GetElapsedTime(began) > Budget)
            {
                await queue.EnqueueAsync(id, cancellationToken);
                return;
            }
        }
    }

    /// <summary>A job that broke down is carried on with by the sweeper; its message is only noted when it is about none.</summary>
    [Function("BulkJobPoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{BulkJobQueue.Name}-poison", Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null)
        {
            await messages.GiveUpAsync(BulkJobQueue.Name, id, "The message is not the id of a bulk job.", cancellationToken);
        }
    }

    /// <returns>The job after the page; null when somebody else has done it meanwhile.</returns>
    private async Task<BulkJob?> DoPageAsync(BulkJob job, CancellationToken cancellationToken)
    {
        var (page, done) = (await failedJobs.SearchAsync(job.Filter, job.Cursor, PageSize, cancellationToken), 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(page, parallel, async (failed, token) =>
        {
            if (await DoAsync(job.Action, failed.Id, token))
            {
                Interlocked.Increment(ref done);
            }
        });
        return await store.ChangeAsync(
            job.Id, stored => stored is not null && stored.Status != BulkJobStatus.Completed && stored.Cursor == job.Cursor ? stored.With(page, done, page.Count < PageSize, time.GetUtcNow()) : null, cancellationToken);
    }

    private async Task<bool> DoAsync(BulkAction action, string failedJobId, CancellationToken cancellationToken) =>
        action == BulkAction.Delete
            ? await failedJobs.RemoveAsync(failedJobId, cancellationToken)
            : await retry.RetryAsync(failedJobId, cancellationToken) == RetryOutcome.Queued;
}
