using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>Many failed jobs that are retried or deleted, and how far that is, as stored in <c>Runs</c>.</summary>
public sealed record BulkJob : IRun
{
    static string IRun.Kind => "bulk_job";

    static string IRun.IdPrefix => "bulk";

    public required string Id { get; init; }

    public required BulkAction Action { get; init; }

    public required FailedJobFilter Filter { get; init; }

    /// <summary>How many failed jobs there were when it was asked for.</summary>
    public required int Total { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public BulkJobStatus Status { get; init; }

    /// <summary>How many have been retried or deleted.</summary>
    public int Done { get; init; }

    /// <summary>How many could not be, such as those whose message is not kept; they are still there.</summary>
    public int Skipped { get; init; }

    /// <summary>The last failed job that was dealt with; null before the first page.</summary>
    public string? Cursor { get; init; }

    string IRun.StatusName => Status.ToString();

    /// <summary>The job after one more page.</summary>
    /// <param name="page">The failed jobs of the page.</param>
    /// <param name="done">How many of them were retried or deleted.</param>
    /// <param name="isLast">Whether there are no more.</param>
    /// <param name="now">The current time.</param>
    internal BulkJob With(IReadOnlyList<FailedJob> page, int done, bool isLast, DateTimeOffset now) => this with
    {
        Status = isLast ? BulkJobStatus.Completed : BulkJobStatus.Running,
        FinishedAt = isLast ? now : null,
        Done = Done + done,
        Skipped = Skipped + page.Count - done,
        Cursor = page is [.., var last] ? last.Id : Cursor,
    };
}

/// <summary>What is done with failed jobs. Stored by name: never rename.</summary>
public enum BulkAction
{
    Retry,
    Delete,
}

/// <summary>How far a bulk job is. Stored by name: never rename.</summary>
public enum BulkJobStatus
{
    Queued,
    Running,
    Completed,
}

/// <summary>The bulk jobs to carry on with; a message is the id of one.</summary>
public sealed class BulkJobQueue(QueueServiceClient queues)
{
    public const string Name = "bulk-jobs";

    private readonly QueueClient _queue = queues.GetQueueClient(Name);

    /// <summary>Has a job carried on with. One message too many does no harm.</summary>
    public Task EnqueueAsync(string id, CancellationToken cancellationToken) => _queue.SendMessageAsync(id, cancellationToken);
}
