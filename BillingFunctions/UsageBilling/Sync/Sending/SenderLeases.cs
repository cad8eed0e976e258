using Azure;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Sees to it that one sender at a time is at work for an organization: the lease stands in its head.</summary>
public sealed class SenderLeases(UsageLedger ledger, PendingOrganizations pending, TimeProvider time)
{
    /// <summary>How long a sender may be silent. A step takes seconds, and each one renews the lease.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    /// <summary>How much earlier than its time by our clock a message may arrive; that of storage may be another.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>Takes the lease.</summary>
    /// <returns>
    /// Null when another sender has it, which looks again before it ends; when there is nothing to send; or when another message is on its way. That last rule keeps
    /// messages from multiplying: each one that is handled may send the next.
    /// </returns>
    internal Task<SenderLease?> TakeAsync(string organizationId, CancellationToken cancellationToken) => ledger.ChangeAsync(
        organizationId,
        change =>
        {
            if (change.Head.IsLeased(change.Now) || change.Head is { Open: 0, IsPending: false } || change.Head.WakeAt - change.Now > ClockSkew)
            {
                return Task.FromResult<SenderLease?>(null);
            }

            // The sender before has died: what it sent last may have arrived without being noted.
            var doubtUntil = change.Head.LeaseId is not null ? change.Now : change.Head.DoubtUntil;
            var lease = new SenderLease(organizationId, Guid.NewGuid().ToString("N"), doubtUntil);
            change.Head = change.Head with { LeaseId = lease.Id, LeasedUntil = change.Now + Length, WakeAt = null, Edited = [], DoubtUntil = doubtUntil };
            return Task.FromResult<SenderLease?>(lease);
        },
        cancellationToken);

    /// <summary>Renews the lease in a change that its holder makes.</summary>
    /// <exception cref="LeaseLostException">Another sender has it: what is to be written may be out of date.</exception>
    internal static void Renew(LedgerChange change, SenderLease lease)
    {
        if (change.Head.LeaseId != lease.Id)
        {
            throw new LeaseLostException(lease.OrganizationId);
        }

        change.Head = change.Head with { LeasedUntil = change.Now + Length };
    }

    /// <summary>Renews the lease again and again, so that it lasts as long as a step takes.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="run">Canceled at the end of the run; and by this, when the lease is lost.</param>
    internal async Task KeepAsync(SenderLease lease, CancellationTokenSource run)
    {
        try
        {
            using var timer = new PeriodicTimer(Length / 3, time);
            while (await timer.WaitForNextTickAsync(run.Token))
            {
                await ledger.ChangeAsync(
                    lease.OrganizationId,
                    change =>
                    {
                        Renew(change, lease);
                        return Task.FromResult(true);
                    },
                    run.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception failure) when (failure is LeaseLostException or RequestFailedException or AggregateException)
        {
            await run.CancelAsync();
        }
    }

    /// <summary>Gives the lease back.</summary>
    /// <param name="lease">The lease; nothing happens when it has been lost.</param>
    /// <param name="end">How the run has ended.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task ReleaseAsync(SenderLease lease, RunEnd end, CancellationToken cancellationToken)
    {
        // Read first: whoever has something new writes this row before it writes the head.
        var version = await pending.FindAsync(lease.OrganizationId, cancellationToken);
        var isDone = await ledger.ChangeAsync(
            lease.OrganizationId,
            async change =>
            {
                if (change.Head.LeaseId != lease.Id)
                {
                    return false;
                }

                // The list corrects the count: with a wrong one the organization would be looked at again and again.
                var open = end.IsEmpty && !await ledger.ListAsync(lease.OrganizationId, UsageKeys.Outbox, after: null, cancellationToken).AnyAsync(cancellationToken) ? 0 : change.Head.Open;
                var isDone = open == 0;
                change.Head = change.Head with
                {
                    Open = open,
                    Oldest = end.Oldest ?? change.Head.Oldest,
                    LeaseId = null,
                    Edited = [],
                    WakeAt = null,
                    IsPending = !isDone,
                    DoubtUntil = isDone ? null : end.IsBroken ? change.Now : change.Head.DoubtUntil,
                };
                change.Wake = isDone ? null : end.Next;
                return isDone;
            },
            cancellationToken);
        if (isDone && version is { } seen)
        {
            await pending.RemoveAsync(lease.OrganizationId, seen, cancellationToken);
        }
    }
}

/// <summary>How a sender's run has ended.</summary>
/// <param name="Next">When the next message is to arrive, as long as something is left; none is sent when null.</param>
/// <param name="Oldest">Since when the oldest entry that is left waits; null when that has not changed.</param>
/// <param name="IsEmpty">Whether it has found the outbox empty.</param>
/// <param name="IsBroken">Whether it broke off, so that what it sent last may not have been noted.</param>
internal sealed record RunEnd(Wake? Next, DateTimeOffset? Oldest = null, bool IsEmpty = false, bool IsBroken = false);

/// <summary>The right to send what an organization has waiting.</summary>
/// <param name="OrganizationId">The organization.</param>
/// <param name="Id">Which lease; never the same twice.</param>
/// <param name="DoubtUntil">Entries that were queued by then may have reached Stripe without our knowing; null when that is true of none.</param>
internal sealed record SenderLease(string OrganizationId, string Id, DateTimeOffset? DoubtUntil)
{
    public bool IsInDoubt(OutboxEntry entry) => entry.QueuedAt <= DoubtUntil;
}

/// <summary>A sender was silent for so long that another has taken its place.</summary>
internal sealed class LeaseLostException(string organizationId) : Exception($"Another sender is at work for {organizationId}.");
