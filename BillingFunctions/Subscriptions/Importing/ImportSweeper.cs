using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>Imports that wait or are under way, without a page done for two minutes: their message died with a process.</summary>
public sealed class ImportSweeper(RunStore<SubscriptionImport> store, ImportQueue queue, TimeProvider time) : ISweeper
{
    private const int MaxImports = 20;

    /// <summary>What is older lies there for another reason than a crash, and is left to a person.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    public string Name => "subscription imports";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (now, queued) = (time.GetUtcNow(), 0);
        var silent = store.ListAsync(now - Reach, savedBefore: now - ISweeper.Silence, [nameof(ImportStatus.Queued), nameof(ImportStatus.Running)], cancellationToken);
        await foreach (var import in silent.Take(MaxImports).WithCancellation(cancellationToken))
        {
            // Saved as it is: from now on it has two minutes again.
            if (await store.ChangeAsync(import.Id, stored => stored?.Status == import.Status && stored.Read == import.Read ? stored : null, cancellationToken) is not null)
            {
                await queue.EnqueueAsync(import.Id, cancellationToken);
                queued++;
            }
        }

        return queued;
    }
}
