using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Exports;

/// <summary>Cancels and resumes runs. Both may be called twice.</summary>
public sealed class ChangeExportFunctions(ExportRuns runs, RunStore<ExportRun> store, ExportTargetLock targets, ExportResume resume, ExportStarter starter, TimeProvider time)
{
    /// <summary>Cancels an export run.</summary>
    /// <remarks>It takes effect within a second or two and leaves no half file. May be called twice.</remarks>
    [Function("CancelExportFunction")]
    [OperatorAction]
    [ProducesResponseType<ExportView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports/{id}/cancel")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(durable, id, cancellationToken) is not { } run)
        {
            return Problems.NotFound($"export {id}");
        }

        run = run.HasEnded ? run : await AskToCancelAsync(durable, run, cancellationToken);
        return run.Status is ExportStatus.Completed or ExportStatus.Failed
            ? Problems.Conflict($"The run is {run.Status.ToString().ToLowerInvariant()} already.")
            : Accepted(run);
    }

    /// <summary>Resumes a failed export run from its last finished stretch of pages.</summary>
    /// <remarks>May be called twice.</remarks>
    [Function("ResumeExportFunction")]
    [OperatorAction]
    [ProducesResponseType<ExportView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports/{id}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(durable, id, cancellationToken) is not { } run)
        {
            return Problems.NotFound($"export {id}");
        }

        if (run.Status != ExportStatus.Failed)
        {
            return run.HasEnded
                ? Problems.Conflict($"The run is {run.Status.ToString().ToLowerInvariant()}; only a failed one can be resumed.")
                : Accepted(run);
        }

        if (await durable.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
        {
            return Problems.Conflict("The run is still ending. Try again in a moment.");
        }

        var writer = await targets.TakeAsync(run.Plan, async other => await runs.FindAsync(durable, other, cancellationToken) is { HasEnded: false }, cancellationToken);
        if (writer is not null)
        {
            return Problems.Conflict($"{run.Plan.Path} is being written by {writer}.");
        }

        var state = await resume.CheckpointOfAsync(run, cancellationToken);
        run = run with { Status = ExportStatus.Queued, Error = null, FinishedAt = null, Notification = null, NoticeQueuedAt = null, Progress = ExportProgress.From(state) };
        await store.SaveAsync(run, cancellationToken);
        await starter.StartAsync(durable, state, cancellationToken);
        return Accepted(run);
    }

    /// <summary>Tells the orchestration, which takes no events any more if it has ended since the run was read.</summary>
    /// <returns>The run, as it has ended in that case.</returns>
    private async Task<ExportRun> AskToCancelAsync(DurableTaskClient durable, ExportRun run, CancellationToken cancellationToken)
    {
        try
        {
            await durable.RaiseEventAsync(run.Id, ExportCustomersOrchestrator.CancelEvent, true, cancellationToken);
            return run;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (await runs.FindAsync(durable, run.Id, cancellationToken) is { HasEnded: true } ended)
            {
                return ended;
            }

            throw;
        }
    }

    private CreatedAnswer Accepted(ExportRun run) => CreatedAnswer.Accepted($"/api/exports/{run.Id}", ExportView.From(run, time.GetUtcNow()));
}
