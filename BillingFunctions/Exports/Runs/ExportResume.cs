using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Stretches;

namespace BillingFunctions.Exports.Runs;

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
