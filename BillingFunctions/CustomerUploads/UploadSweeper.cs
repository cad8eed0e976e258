using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.CustomerUploads;

/// <summary>Uploads that wait or are under way, without a checkpoint for two minutes.</summary>
public sealed class UploadSweeper(RunStore<CustomerUpload> store, UploadQueue queue, TimeProvider time)
    : RunSweeper<CustomerUpload>(store, queue.EnqueueAsync, [nameof(UploadStatus.Queued), nameof(UploadStatus.Running)], time)
{
    public override string Name => "uploads";
}
