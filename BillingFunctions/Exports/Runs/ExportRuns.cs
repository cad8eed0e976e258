using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Exports.Runs;

/// <summary>The runs as a user sees them: what is stored, and for one under way what its orchestration and its stretches say.</summary>
public sealed class ExportRuns(RunStore<ExportRun> store, StretchProgressStore stretches)
{
    /// <summary>The run with its present progress, or null.</summary>
    public async Task<ExportRun?> FindAsync(DurableTaskClient durable, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } run ? await WithProgressAsync(durable, run, cancellationToken) : null;

    /// <summary>Up to so many runs with their present progress, newest first.</summary>
    public async Task<IReadOnlyList<ExportRun>> ListAsync(DurableTaskClient durable, int count, string? after, CancellationToken cancellationToken) => await Task.WhenAll(
        (await store.ListAsync(after, cancellationToken).Take(count).ToListAsync(cancellationToken)).Select(run => WithProgressAsync(durable, run, cancellationToken)));

    private async Task<ExportRun> WithProgressAsync(DurableTaskClient durable, ExportRun run, CancellationToken cancellationToken)
    {
        if (run.HasEnded)
        {
            return run;
        }

        var instance = await durable.GetInstanceAsync(run.Id, getInputsAndOutputs: true, cancellationToken);
        var progress = await ProgressOfAsync(instance, cancellationToken) ?? run.Progress;
        return (instance?.RuntimeStatus) switch
        {
            null => run with { Status = ExportStatus.Failed, Error = "It was accepted but never started. Resume it." },
            OrchestrationRuntimeStatus.Pending => run,
            OrchestrationRuntimeStatus.Failed => run with
            {
                Status = ExportStatus.Failed,
                Progress = progress,
                FinishedAt = instance.LastUpdatedAt,
                Error = instance.FailureDetails?.ErrorMessage ?? "The orchestration failed.",
            },
            OrchestrationRuntimeStatus.Terminated => run with { Status = ExportStatus.Canceled, Progress = progress, FinishedAt = instance.LastUpdatedAt },

            // It ended after the row was read; the row tells how.
            OrchestrationRuntimeStatus.Completed => await store.FindAsync(run.Id, cancellationToken) ?? run,
            _ => run with { Status = ExportStatus.Running, Progress = progress },
        };
    }

    private async Task<ExportProgress?> ProgressOfAsync(OrchestrationMetadata? instance, CancellationToken cancellationToken) =>
        instance?.SerializedCustomStatus is not null && instance.ReadCustomStatusAs<ExportCustomStatus>() is { } status
            ? status.With(await stretches.ReadAsync(instance.InstanceId, cancellationToken))
            : null;
}

/// <summary>Starts the orchestration of a run.</summary>
public sealed class ExportStarter(StretchProgressStore progress)
{
    /// <summary>Starts it, unless it is under way.</summary>
    internal async Task StartAsync(DurableTaskClient durable, ExportState state, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(state.Plan.RunId, cancellationToken) is { IsCompleted: false })
        {
            return;
        }

        await progress.OpenAsync(state.Plan.RunId, cancellationToken);
        await durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(ExportCustomersOrchestrator), state, Starts.OneAtATime(state.Plan.RunId), cancellationToken);
    }
}

/// <summary>Finds out from where a failed run can go on.</summary>
public sealed class ExportResume(BlobServiceClient blobs)
{
    /// <summary>The state after the last finished stretch; the beginning when storage has dropped the pages that were staged.</summary>
    public async Task<ExportState> CheckpointOfAsync(ExportRun run, CancellationToken cancellationToken) =>
        run.Checkpoint is { } checkpoint && await AreStagedAsync(checkpoint, cancellationToken) ? checkpoint : ExportState.Start(run.Plan);

    private async Task<bool> AreStagedAsync(ExportState state, CancellationToken cancellationToken)
    {
        try
        {
            var blob = blobs.GetBlobContainerClient(state.Plan.Container).GetBlockBlobClient(state.Plan.BlobName);
            var blocks = await blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken);
            var staged = blocks.Value.UncommittedBlocks.Select(block => block.Name).ToHashSet();
            return ExportBlocks.InOrder(state.Plan.RunId, state.Staged()).Skip(1).All(staged.Contains);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return state.Pages == 0;
        }
    }
}
