using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Operations.FailedJobs;

/// <summary>Removes bulk jobs that ended long ago.</summary>
public sealed class BulkJobRetention(RunStore<BulkJob> store, RetentionLimits limits) : IRetention
{
    public string Name => "bulk jobs";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => store.RemoveFinishedAsync(limits.Runs, (_, _) => Task.CompletedTask, cancellationToken);
}
