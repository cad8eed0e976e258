using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>Retries or deletes all failed jobs that match, as a job with progress; with <c>?dry_run=true</c> only counts them.</summary>
public sealed class BulkJobsFunctions(FailedJobStore failedJobs, RunStore<BulkJob> store, BulkJobQueue queue, TimeProvider time)
{
    private const string DryRun = "dry_run";

    /// <summary>Puts all failed jobs that match on their queues again.</summary>
    /// <remarks>A job with progress; its address is in Location.</remarks>
    [Function("RetryFailedJobsFunction")]
    [OperatorAction]
    [QueryParameter<string>(FailedJobQuery.Queue, FailedJobQuery.AboutQueue)]
    [QueryParameter<string>(FailedJobQuery.Error, FailedJobQuery.AboutError)]
    [QueryParameter<string>(FailedJobQuery.Id, FailedJobQuery.AboutId)]
    [QueryParameter<bool>(DryRun, "Whether nothing is done, only counted; false if it is not given.")]
    [ProducesResponseType<MatchingJobs>(StatusCodes.Status200OK, Description = "With dry_run: how many there are.")]
    [ProducesResponseType<BulkJobView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> RetryAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/failed_jobs/retry")] HttpRequest request, CancellationToken cancellationToken) =>
        StartAsync(request, BulkAction.Retry, cancellationToken);

    /// <summary>Deletes all failed jobs that match.</summary>
    /// <remarks>At least one filter is required. A job with progress; its address is in Location.</remarks>
    [Function("DeleteFailedJobsFunction")]
    [OperatorAction]
    [QueryParameter<string>(FailedJobQuery.Queue, FailedJobQuery.AboutQueue)]
    [QueryParameter<string>(FailedJobQuery.Error, FailedJobQuery.AboutError)]
    [QueryParameter<string>(FailedJobQuery.Id, FailedJobQuery.AboutId)]
    [QueryParameter<bool>(DryRun, "Whether nothing is done, only counted; false if it is not given.")]
    [ProducesResponseType<MatchingJobs>(StatusCodes.Status200OK, Description = "With dry_run: how many there are.")]
    [ProducesResponseType<BulkJobView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public Task<IResult> DeleteAsync([HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/failed_jobs")] HttpRequest request, CancellationToken cancellationToken) =>
        StartAsync(request, BulkAction.Delete, cancellationToken);

    /// <summary>Shows how far a bulk job is.</summary>
    [Function("GetBulkJobFunction")]
    [ProducesResponseType<BulkJobView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/bulk_jobs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job ? ApiJson.Ok(BulkJobView.From(job)) : Problems.NotFound($"bulk job {id}");

    private async Task<IResult> StartAsync(HttpRequest request, BulkAction action, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, [.. FailedJobQuery.Names, DryRun]);
        var (filter, isDryRun) = (FailedJobQuery.Read(request, errors), QueryParameters.ReadFlag(request, DryRun, errors));
        if (action == BulkAction.Delete && filter.IsEmpty)
        {
            errors.Add(FailedJobQuery.Queue, $"Failed jobs are deleted by at least one of {string.Join(", ", FailedJobQuery.Names)}.");
        }

        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var total = await failedJobs.CountAsync(filter, cancellationToken);
        return isDryRun ? ApiJson.Ok(new MatchingJobs(total, DryRun: true)) : await StartAsync(request, action, filter, total, cancellationToken);
    }

    private async Task<IResult> StartAsync(HttpRequest request, BulkAction action, FailedJobFilter filter, int total, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = new BulkJob { Id = RunId.New<BulkJob>(now), Action = action, Filter = filter, Total = total, RequestedBy = Caller.Of(request), StartedAt = now };
        await store.SaveAsync(job, cancellationToken);
        await queue.EnqueueAsync(job.Id, cancellationToken);
        return CreatedAnswer.Accepted($"/api/bulk_jobs/{job.Id}", BulkJobView.From(job));
    }
}

/// <summary>How many failed jobs match.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="DryRun">Always true: nothing was done.</param>
public sealed record MatchingJobs(int Total, bool DryRun);

/// <summary>A bulk job as the API shows it.</summary>
/// <param name="Id">The id of the job.</param>
/// <param name="Action">What is done.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Total">How many failed jobs there were when it was asked for.</param>
/// <param name="Done">How many have been retried or deleted.</param>
/// <param name="Skipped">How many could not be, such as those whose message is not kept; they are still there.</param>
/// <param name="Percent">How much is done, an estimate; 0 to 100.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="RequestedBy">Who asked for it.</param>
public sealed record BulkJobView(
    string Id, BulkAction Action, BulkJobStatus Status, int Total, int Done, int Skipped, double Percent, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string RequestedBy)
{
    public static BulkJobView From(BulkJob job) => new(
        job.Id,
        job.Action,
        job.Status,
        job.Total,
        job.Done,
        job.Skipped,
        job.Status == BulkJobStatus.Completed ? 100 : Math.Round(100.0 * Math.Min(job.Done + job.Skipped, job.Total) / Math.Max(job.Total, 1), 1),
        job.StartedAt,
        job.FinishedAt,
        job.RequestedBy);
}
