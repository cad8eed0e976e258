using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;

namespace BillingFunctions.Operations;

/// <summary>A failed job as the API shows it.</summary>
/// <param name="Payload">The beginning of the message; null when it was too large to be kept.</param>
/// <param name="PayloadTruncated">Whether the message goes on behind that.</param>
internal sealed record FailedJobView(
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

    public static FailedJobView From(FailedJob job) => new(
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
