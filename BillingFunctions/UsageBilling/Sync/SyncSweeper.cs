using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>Organizations that have something to send, and whose message is overdue. A sweep that is cut off goes on where it was.</summary>
public sealed class SyncSweeper(PendingOrganizations pending, UsageLedger ledger, SyncMonitor monitor, TimeProvider time) : ISweeper
{
    private const int Parallelism = 16;
    private const int MaxOrganizations = 20_000;

    private string? _after;

    public string Name => "usage";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var queued = 0;
        var ids = await pending.ListAsync(_after, cancellationToken).Take(MaxOrganizations).ToListAsync(cancellationToken);
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                if (IsSilent(await ledger.FindHeadAsync(id, token)))
                {
                    await WakeAsync(id, token);
                    Interlocked.Increment(ref queued);
                }
            });
        _after = ids.Count == MaxOrganizations ? ids[^1] : null;

        // Last: a long queue takes long to count, and must not hold up those that wait to be woken.
        var state = await monitor.CurrentAsync(cancellationToken);
        BillingMetrics.RecordSync(state.Queued, state.Oldest is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero);
        return queued;
    }

    /// <summary>An organization that is pending and has no head was being written when the process died: its sender clears it away.</summary>
    private bool IsSilent(OrganizationHead head)
    {
        var now = time.GetUtcNow();
        return !head.IsLeased(now) && now - (head.WakeAt ?? head.Oldest ?? DateTimeOffset.MinValue) > ISweeper.Silence;
    }

    private async Task WakeAsync(string organizationId, CancellationToken cancellationToken)
    {
        // Its row may be deleted at this moment by a sender that has found nothing left.
        await pending.AddAsync(organizationId, cancellationToken);
        var mode = (await monitor.CurrentAsync(cancellationToken)).Mode;
        await ledger.ChangeAsync(
            organizationId,
            change =>
            {
                if (IsSilent(change.Head))
                {
                    change.Head = change.Head with { IsPending = true };
                    change.Wake = new Wake(change.Now, mode == SyncMode.Batched);
                }

                return Task.FromResult(true);
            },
            cancellationToken);
    }
}
