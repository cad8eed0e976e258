using Azure.Storage.Blobs;
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

/// <summary><c>POST /api/exports</c>: checks everything that can be checked, then starts the run.</summary>
public sealed class StartExportFunction(
    IdempotentRequests idempotency, RunStore<ExportRun> store, ExportRuns runs, ExportTargetLock targets, ExportStarter starter, BlobServiceClient blobs, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;

    /// <summary>Starts an export of all customers at Stripe to a CSV file.</summary>
    /// <remarks>The container must exist. The run takes in the customers created up to a minute ago, each once.</remarks>
    [Function(nameof(StartExportFunction))]
    [OperatorAction]
    [Idempotent]
    [Consumes(typeof(ExportRequest), "application/json")]
    [ProducesResponseType<ExportView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var asked = JsonBody.Read<ExportRequest>(body);
        var now = time.GetUtcNow();
        var newId = RunId.New<ExportRun>(now);
        return await idempotency.RunAsync(request, "exports", body, newId, StartAsync, cancellationToken);

        async Task<IResult> StartAsync(string id)
        {
            var errors = new FieldErrors();
            if (ExportPlanner.Plan(asked, id, now, errors) is not { } plan)
            {
                return Problems.Invalid(errors);
            }

            return await RefusalAsync(plan, durable, cancellationToken) ?? await StartRunAsync(plan, Caller.Of(request), durable, cancellationToken);
        }
    }

    /// <summary>Why the file cannot be written where it is wanted; null when it can.</summary>
    private async Task<IResult?> RefusalAsync(ExportPlan plan, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var container = blobs.GetBlobContainerClient(plan.Container);
        if (!await container.ExistsAsync(cancellationToken))
        {
            return Problems.Invalid("target_directory", $"There is no container '{plan.Container}'. Make it first, or use 'exports'.");
        }

        if (!plan.Overwrite && await container.GetBlobClient(plan.BlobName).ExistsAsync(cancellationToken))
        {
            return Problems.Conflict("The file exists. Choose another name, or set overwrite.", new FieldErrors().Add("file_name", $"{plan.Path} exists."));
        }

        var writer = await targets.TakeAsync(plan, id => IsWritingAsync(durable, id, cancellationToken), cancellationToken);
        return writer is null ? null : Problems.Conflict("Another run is writing that file.", new FieldErrors().Add("file_name", $"{plan.Path} is being written by {writer}."));
    }

    private async Task<bool> IsWritingAsync(DurableTaskClient durable, string id, CancellationToken cancellationToken) =>
        await runs.FindAsync(durable, id, cancellationToken) is { HasEnded: false };

    /// <summary>Safe to repeat for one id: the row is written once, and an orchestration that exists is left alone.</summary>
    private async Task<IResult> StartRunAsync(ExportPlan plan, string requestedBy, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(plan.RunId, cancellationToken);
        if (run is null)
        {
            run = new ExportRun { Plan = plan, RequestedBy = requestedBy, StartedAt = time.GetUtcNow() };
            await store.SaveAsync(run, cancellationToken);
        }

        await starter.StartAsync(durable, ExportState.Start(run.Plan), cancellationToken);
        return CreatedAnswer.Accepted($"/api/exports/{run.Id}", ExportView.From(run, time.GetUtcNow()));
    }
}
