using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Platform.Sweeping;

/// <summary>
/// Runs of a kind that wait or are under way, and have not been written for two minutes: their message died with a process. One message too many does no harm: of two
/// that work on a run, one stops at its next checkpoint.
/// </summary>
/// <param name="store">The runs.</param>
/// <param name="enqueue">Has one carried on with.</param>
/// <param name="open">The statuses of those that have not ended.</param>
/// <param name="time">The clock.</param>
public abstract class RunSweeper<TRun>(RunStore<TRun> store, Func<string, CancellationToken, Task> enqueue, IReadOnlyList<string> open, TimeProvider time) : ISweeper
    where TRun : class, IRun
{
    private const int MaxRuns = 100;

    /// <summary>What is older lies there for another reason than a crash, and is left to a person.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    public abstract string Name { get; }

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (now, queued) = (time.GetUtcNow(), 0);
        var silent = store.ListAsync(now - Reach, savedBefore: now - ISweeper.Silence, open, cancellationToken);
        await foreach (var run in silent.Take(MaxRuns).WithCancellation(cancellationToken))
        {
            // Saved as it is: from now on it has two minutes again.
            if (await store.ChangeAsync(run.Id, stored => stored is not null && open.Contains(stored.StatusName) ? stored : null, cancellationToken) is not null)
            {
                await enqueue(run.Id, cancellationToken);
                queued++;
            }
        }

        return queued;
    }
}
