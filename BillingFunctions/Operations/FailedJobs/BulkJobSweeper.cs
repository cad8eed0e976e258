using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>Bulk jobs that wait or are under way, without a page done for two minutes.</summary>
public sealed class BulkJobSweeper(RunStore<BulkJob> store, BulkJobQueue queue, TimeProvider time)
    : RunSweeper<BulkJob>(store, queue.EnqueueAsync, [nameof(BulkJobStatus.Queued), nameof(BulkJobStatus.Running)], time)
{
    public override string Name => "bulk jobs";
}
