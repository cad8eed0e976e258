using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>Adds to the life of a thing that it is in the failed jobs.</summary>
public sealed class FailedJobTimeline(FailedJobStore failedJobs) : ITimelineSource
{
    public async Task<TimelinePart> ListAsync(Life life, CancellationToken cancellationToken)
    {
        var jobs = await Task.WhenAll(life.Jobs.Select(job => failedJobs.FindOfAsync(job.Queue, job.JobId, cancellationToken)));
        return new TimelinePart([.. jobs.OfType<FailedJob>().SelectMany(EntriesOf)]);
    }

    private static IEnumerable<TimelineEntry> EntriesOf(FailedJob job)
    {
        yield return new(job.FailedAt, TimelineStep.Failed, $"It was given up, and is in the failed jobs of {job.Queue}.") { Attempt = job.Attempts, Detail = $"{job.Id}: {job.Error}" };
        if (job.RetriedAt is { } retried)
        {
            yield return new(retried, TimelineStep.Decided, "The failed job was put on its queue again.") { Detail = job.Id };
        }
    }
}
