using BillingFunctions.Connectors.Status;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Subjects whose message is overdue: it was lost, or the sender's process has ended.</summary>
public sealed class OutboxSweeper(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, ConnectorStates states, TimeProvider time) : ISweeper
{
    /// <summary>A message is taken and its entry leased within seconds. One too many changes nothing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private const int Parallelism = 8;
    private const int MaxEntries = 5_000;

    public string Name => "connectors";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var queued = 0;
        foreach (var connector in connectors.Enabled)
        {
            if ((await states.ReadAsync(connector.Name, cancellationToken)).IsStopped(time.GetUtcNow()))
            {
                continue;
            }

            var silentSince = await SilentSinceAsync(connector.Name, cancellationToken);
            var silent = await outbox.ListFreeAsync(connector.Name, cancellationToken)
                .Where(entry => entry.LeasedUntil is not null || entry.DueAt < silentSince).Take(MaxEntries).ToListAsync(cancellationToken);
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(silent, options, async (entry, token) => await queues.SendAsync(connector.Name, entry.Subject, at: null, token));
            queued += silent.Count;
        }

        return queued;
    }

    /// <summary>
    /// What was due before then, and has no message any more. While messages wait to be taken, those of what is due later wait too: a long queue is not silent. A lease that
    /// has run out tells by itself that its sender is gone.
    /// </summary>
    private async Task<DateTimeOffset> SilentSinceAsync(string connector, CancellationToken cancellationToken)
    {
        var silent = time.GetUtcNow() - Silence;
        return await queues.OldestWaitingAsync(connector, cancellationToken) is { } waiting && waiting < silent ? waiting : silent;
    }
}
