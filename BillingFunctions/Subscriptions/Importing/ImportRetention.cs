using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>Removes imports that ended long ago. The subscriptions stay.</summary>
public sealed class ImportRetention(RunStore<SubscriptionImport> store, RetentionLimits limits) : IRetention
{
    public string Name => "subscription imports";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => store.RemoveFinishedAsync(limits.Runs, (_, _) => Task.CompletedTask, cancellationToken);
}
