using BillingFunctions.Connectors.Status;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Subjects whose message is overdue: it was lost, or the sender's process has ended.</summary>
public sealed class OutboxSweeper(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, ConnectorStates states, TimeProvider time) : ISweeper
{
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

            var silent = await outbox.ListFreeAsync(connector.Name, cancellationToken).Where(IsSilent).Take(MaxEntries).ToListAsync(cancellationToken);
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(silent, options, async (entry, token) => await queues.SendAsync(connector.Name, entry.Subject, at: null, token));
            queued += silent.Count;
        }

        return queued;
    }

    /// <summary>A lease that has run out tells that its sender is gone; any other message may still be on its way.</summary>
    private bool IsSilent(OutboxEntry entry) => entry.LeasedUntil is not null || time.GetUtcNow() - entry.DueAt > ISweeper.Silence;
}
