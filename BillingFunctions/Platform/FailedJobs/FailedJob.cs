using Azure;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>A queue message that no attempt could do. It stays until a person retries or deletes it.</summary>
/// <param name="Id">Its queue and the time it failed at, and unlike any other.</param>
/// <param name="Queue">Where the message came from, and where it goes when it is retried.</param>
/// <param name="JobId">What the message was about, such as the id of a Stripe event.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="RetriedAt">When it was last put on its queue again. Only to be seen while that is under way, or when it failed again meanwhile.</param>
/// <param name="PayloadBytes">The length of the message in UTF-8.</param>
public sealed record FailedJob(
    string Id,
    string Queue,
    string JobId,
    string Error,
    int Attempts,
    DateTimeOffset FailedAt,
    DateTimeOffset? RetriedAt,
    int PayloadBytes)
{
    /// <summary>The message; in a list its beginning, up to 64 KiB. Null when it is not kept, because it is larger than <see cref="FailedJobStore.MaxPayload"/>.</summary>
    public string? Payload { get; init; }

    /// <summary>Which version of the row this is.</summary>
    internal ETag Version { get; init; }
}

/// <summary>Which failed jobs are meant; null stands for any.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Error">A part of the error, in capital or small letters.</param>
/// <param name="Id">A part of the job's id, or of its own.</param>
public sealed record FailedJobFilter(string? Queue, string? Error = null, string? Id = null)
{
    internal bool IsEmpty => this == new FailedJobFilter(Queue: null);

    /// <summary>Whether more jobs have to be read than match.</summary>
    internal bool IsSearch => Error is not null || Id is not null;

    internal bool Matches(FailedJob job) =>
        (Error is null || job.Error.Contains(Error, StringComparison.OrdinalIgnoreCase))
        && (Id is null || job.JobId.Contains(Id, StringComparison.Ordinal) || job.Id.Contains(Id, StringComparison.Ordinal));
}
