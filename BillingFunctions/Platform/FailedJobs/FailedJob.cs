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
