using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>A failed job as the API shows it.</summary>
/// <param name="Id">The id of the failed job.</param>
/// <param name="Queue">Where the job came from.</param>
/// <param name="JobId">What it was about, such as the id of an event.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="RetriedAt">When it was last put on its queue again; null when it was not.</param>
/// <param name="Payload">The beginning of the message; null when it was too large to be kept.</param>
/// <param name="PayloadTruncated">Whether the message goes on behind that.</param>
/// <param name="PayloadBytes">The length of the message, in bytes.</param>
public sealed record FailedJobView(
    string Id,
    string Queue,
    string JobId,
    string Error,
    int Attempts,
    DateTimeOffset FailedAt,
    DateTimeOffset? RetriedAt,
    string? Payload,
    bool PayloadTruncated,
    int PayloadBytes)
{
    private const int MaxPayload = 4_000;

    internal static FailedJobView From(FailedJob job) => new(
        job.Id,
        job.Queue,
        job.JobId,
        job.Error,
        job.Attempts,
        job.FailedAt,
        job.RetriedAt,
        job.Payload is null ? null : ShortText.BeginningOf(job.Payload, MaxPayload),
        job.Payload?.Length > MaxPayload,
        job.PayloadBytes);
}

/// <summary>How many failed jobs there are.</summary>
/// <param name="Total">In all.</param>
/// <param name="Queues">Of each queue that has any.</param>
public sealed record FailedJobCounts(int Total, IReadOnlyList<FailedJobCount> Queues)
{
    /// <summary>More of a queue are not counted.</summary>
    internal const int Limit = 20_000;

    internal static FailedJobCounts From(IReadOnlyList<(string Queue, int Count)> counts) =>
        new(counts.Sum(count => count.Count), [.. counts.Select(count => new FailedJobCount(count.Queue, count.Count))]);
}

/// <summary>How many failed jobs a queue has.</summary>
/// <param name="Queue">The name of the queue.</param>
/// <param name="Count">How many; 20,000 for that many and more.</param>
public sealed record FailedJobCount(string Queue, int Count);
