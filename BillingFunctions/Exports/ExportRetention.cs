using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Exports;

/// <summary>Removes exports that ended long ago, with the file and manifest that they have made; a file that something else has written since is left.</summary>
public sealed class ExportRetention(RunStore<ExportRun> store, ExportPublisher publisher, RetentionLimits limits) : IRetention
{
    public string Name => "exports";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) =>
        store.RemoveFinishedAsync(limits.Runs, (run, token) => publisher.RemoveAsync(run.Plan, token), cancellationToken);
}
