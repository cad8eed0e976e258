using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>What no attempt could do: to be looked at, and retried or deleted.</summary>
public sealed class FailedJobsFunctions(FailedJobStore store, FailedJobRetry retry)
{
    /// <summary>Lists what no attempt could do, newest first.</summary>
    [Function("ListFailedJobsFunction")]
    [QueryParameter<string>(FailedJobQuery.Queue, FailedJobQuery.AboutQueue)]
    [QueryParameter<string>(FailedJobQuery.Error, FailedJobQuery.AboutError)]
    [QueryParameter<string>(FailedJobQuery.Id, FailedJobQuery.AboutId)]
    [ProducesPage<FailedJobView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/failed_jobs")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, [.. FailedJobQuery.Names, "limit", "cursor"]);
        var filter = FailedJobQuery.Read(request, errors);
        if (PageRequest.From(request, errors, FailedJobStore.IsId) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.SearchAsync(filter, page.Cursor, page.Limit + 1, cancellationToken);
        return ApiJson.Ok(page.Cut(found, FailedJobView.From, job => job.Id));
    }

    /// <summary>Counts what no attempt could do, by queue.</summary>
    [Function("CountFailedJobsFunction")]
    [ProducesResponseType<FailedJobCounts>(StatusCodes.Status200OK)]
    public async Task<IResult> CountAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/failed_jobs/counts")] HttpRequest request, CancellationToken cancellationToken) =>
        ApiJson.Ok(FailedJobCounts.From(await store.CountByQueueAsync(FailedJobCounts.Limit, cancellationToken)));

    /// <summary>Puts a failed job on its queue again.</summary>
    [Function("RetryFailedJobFunction")]
    [OperatorAction]
    [ProducesResponseType<RetriedView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/failed_jobs/{id}/retry")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        await NameAsync(id, cancellationToken);
        return await retry.RetryAsync(id, cancellationToken) switch
        {
            RetryOutcome.Queued => ApiJson.Ok(new RetriedView(1), StatusCodes.Status202Accepted),
            RetryOutcome.NotFound => NotFound(id),
            RetryOutcome.Busy => Problems.Conflict("The job is being retried or deleted at this moment. Look at it again."),
            RetryOutcome.NoPayload => Problems.Conflict("The message was too large to be kept. What it was about must be started anew."),
            RetryOutcome.NoQueue => Problems.Conflict("The queue of the job does not exist any more."),
            RetryOutcome.TooLarge => Problems.Conflict("The message is larger than its queue takes."),
            var other => throw new InvalidOperationException($"{other} is not an outcome."),
        };
    }

    /// <summary>Deletes a failed job.</summary>
    [Function("DeleteFailedJobFunction")]
    [OperatorAction]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/failed_jobs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        await NameAsync(id, cancellationToken);
        return await store.RemoveAsync(id, cancellationToken) ? Results.NoContent() : NotFound(id);
    }

    /// <summary>Has the audit say what the job was about, since the job itself is gone afterwards.</summary>
    private async Task NameAsync(string id, CancellationToken cancellationToken) => Edge.About("job_id", (await store.FindAsync(id, cancellationToken))?.JobId);

    private static IResult NotFound(string id) => Problems.NotFound($"failed job {id}: it may have been retried or deleted since");

    /// <summary>What a retry came to.</summary>
    /// <param name="Retried">How many are on their queues again: 1.</param>
    public sealed record RetriedView(int Retried);
}
