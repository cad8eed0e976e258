using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>Puts failed jobs on their queues again.</summary>
public sealed class FailedJobRetry(FailedJobStore store, QueueServiceClient queues)
{
    private const int Parallelism = 8;

    /// <summary>
    /// Puts the message on its queue and removes the job; in this order, so that a crash between loses nothing. Calling it again is safe:
    /// at worst the message is delivered twice, which those who take it from a queue must bear anyway.
    /// </summary>
    public async Task<RetryOutcome> RetryAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } job)
        {
            return RetryOutcome.NotFound;
        }

        if (job.Payload is null)
        {
            return RetryOutcome.NoPayload;
        }

        // Marked first: if the message fails again before the job is removed, it is that failure which stays.
        if (await store.TryMarkRetriedAsync(job, cancellationToken) is not { } marked)
        {
            return RetryOutcome.Busy;
        }

        try
        {
            await queues.GetQueueClient(job.Queue).SendMessageAsync(job.Payload, cancellationToken);
        }
        catch (RequestFailedException refusal) when (refusal.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return RetryOutcome.NoQueue;
        }
        catch (RequestFailedException refusal) when (refusal.Status == 413)
        {
            return RetryOutcome.TooLarge;
        }

        await store.TryRemoveAsync(marked, cancellationToken);
        return RetryOutcome.Queued;
    }

    /// <summary>Retries jobs, newest first.</summary>
    /// <param name="queue">Those of one queue; null for all.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops it; what is done stays done.</param>
    /// <returns>How many had which outcome, and whether there are jobs that were not looked at.</returns>
    public async Task<(IReadOnlyDictionary<RetryOutcome, int> Outcomes, bool More)> RetryManyAsync(string? queue, int count, CancellationToken cancellationToken)
    {
        var jobs = await store.ListAsync(queue, after: null, count + 1, cancellationToken);
        var outcomes = Enum.GetValues<RetryOutcome>().ToDictionary(outcome => outcome, _ => 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(jobs.Take(count), options, async (job, token) =>
        {
            var outcome = await RetryAsync(job.Id, token);
            lock (outcomes)
            {
                outcomes[outcome]++;
            }
        });
        return (outcomes, jobs.Count > count);
    }
}

/// <summary>What became of a retry.</summary>
public enum RetryOutcome
{
    /// <summary>The message is on its queue.</summary>
    Queued,

    /// <summary>There is no such job, or no longer.</summary>
    NotFound,

    /// <summary>It is being retried or deleted by somebody else, or has failed again at this moment.</summary>
    Busy,

    /// <summary>The message was too large to be kept.</summary>
    NoPayload,

    /// <summary>Its queue is gone.</summary>
    NoQueue,

    /// <summary>The message is larger than a queue takes.</summary>
    TooLarge,
}
