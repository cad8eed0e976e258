using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>Imports that wait or are under way, without a page done for two minutes.</summary>
public sealed class ImportSweeper(RunStore<SubscriptionImport> store, ImportQueue queue, TimeProvider time)
    : RunSweeper<SubscriptionImport>(store, (id, token) => queue.EnqueueAsync(id, token), [nameof(ImportStatus.Queued), nameof(ImportStatus.Running)], time)
{
    public override string Name => "subscription imports";
}
