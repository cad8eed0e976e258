using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations;

/// <summary>What no attempt could do: to be looked at, and retried or deleted.</summary>
public sealed class FailedJobsFunctions(FailedJobStore store, FailedJobRetry retry)
{
    /// <summary>One call puts no more than this on the queues, which are slow when they are deep, and ends within the time a request may take.</summary>
    private const int MaxRetries = 500;

    /// <summary>Lists what no attempt could do, newest first.</summary>
    [Function("ListFailedJobsFunction")]
    [QueryParameter<string>("queue", "Only jobs of this queue.")]
    [ProducesPage<FailedJobView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/failed_jobs")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var queue = QueueOf(request, errors);
        if (PageRequest.From(request, errors, FailedJobStore.IsId) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.ListAsync(queue, page.Cursor, page.Limit + 1, cancellationToken);
        return ApiJson.Ok(page.Cut(found, FailedJobView.From, job => job.Id));
    }

    /// <summary>Puts a failed job on its queue again.</summary>
    [Function("RetryFailedJobFunction")]
    [OperatorAction]
    [ProducesResponseType<RetriedView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/failed_jobs/{id}/retry")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await retry.RetryAsync(id, cancellationToken) switch
        {
            RetryOutcome.Queued => ApiJson.Ok(new RetriedView(1, 0, false), StatusCodes.Status202Accepted),
            RetryOutcome.NotFound => NotFound(id),
            RetryOutcome.Busy => Problems.Conflict("The job is being retried or deleted at this moment. Look at it again."),
            RetryOutcome.NoPayload => Problems.Conflict("The message was too large to be kept. What it was about must be started anew."),
            RetryOutcome.NoQueue => Problems.Conflict("The queue of the job does not exist any more."),
            RetryOutcome.TooLarge => Problems.Conflict("The message is larger than its queue takes."),
            var other => throw new InvalidOperationException($"{other} is not an outcome."),
        };

    /// <summary>Puts up to 500 failed jobs on their queues again.</summary>
    [Function("RetryFailedJobsFunction")]
    [OperatorAction]
    [QueryParameter<string>("queue", "Only jobs of this queue.")]
    [ProducesResponseType<RetriedView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> RetryManyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/failed_jobs/retry")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var queue = QueueOf(request, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var (outcomes, more) = await retry.RetryManyAsync(queue, MaxRetries, cancellationToken);
        var retried = outcomes[RetryOutcome.Queued];
        return ApiJson.Ok(new RetriedView(retried, outcomes.Values.Sum() - retried, more), StatusCodes.Status202Accepted);
    }

    /// <summary>Deletes a failed job.</summary>
    [Function("DeleteFailedJobFunction")]
    [OperatorAction]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/failed_jobs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.RemoveAsync(id, cancellationToken) ? Results.NoContent() : NotFound(id);

    private static string? QueueOf(HttpRequest request, FieldErrors errors)
    {
        if (request.Query["queue"] is not [{ Length: > 0 } queue])
        {
            return null;
        }

        if (!FailedJobStore.IsQueue(queue))
        {
            errors.Add("queue", "The name of a queue is allowed: 3 to 63 lower-case letters, digits and hyphens.");
        }

        return queue;
    }

    private static IResult NotFound(string id) => Problems.NotFound($"failed job {id}: it may have been retried or deleted since");

    /// <summary>What a retry came to.</summary>
    /// <param name="Retried">How many are on their queues again.</param>
    /// <param name="Skipped">How many could not be retried; they are still there.</param>
    /// <param name="More">Whether there are more than one call retries.</param>
    internal sealed record RetriedView(int Retried, int Skipped, bool More);
}
