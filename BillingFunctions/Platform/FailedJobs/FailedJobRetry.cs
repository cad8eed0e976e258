using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>Puts failed jobs on their queues again.</summary>
public sealed class FailedJobRetry(FailedJobStore store, QueueServiceClient queues)
{
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
