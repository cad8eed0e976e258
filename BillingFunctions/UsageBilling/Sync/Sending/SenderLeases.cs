using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Sees to it that one sender at a time is at work for an organization: the lease stands in its head.</summary>
public sealed class SenderLeases(UsageLedger ledger, PendingOrganizations pending)
{
    /// <summary>How long a sender may be silent. A step takes seconds, and each one renews the lease.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    /// <summary>How much earlier than its time by our clock a message may arrive; that of storage may be another.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>Takes the lease.</summary>
    /// <returns>
    /// Null when another sender has it, who looks again before it ends; when there is nothing to send; or when the message is one too many and another one is on its way:
    /// each message that is dealt with may send the next one, so they would never become fewer.
    /// </returns>
    internal Task<SenderLease?> TakeAsync(string organizationId, CancellationToken cancellationToken) => ledger.ChangeAsync(
        organizationId,
        change =>
        {
            if (change.Head.IsLeased(change.Now) || change.Head is { Open: 0, IsPending: false } || change.Head.WakeAt - change.Now > ClockSkew)
            {
                return Task.FromResult<SenderLease?>(null);
            }

            var lease = new SenderLease(organizationId, Guid.NewGuid().ToString("N"), IsTakenOver: change.Head.LeaseId is not null);
            change.Head = change.Head with { LeaseId = lease.Id, LeasedUntil = change.Now + Length, WakeAt = null, Edited = [] };
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

    /// <summary>Gives the lease back, and has the organization looked at again as long as something is left.</summary>
    /// <param name="lease">The lease; nothing happens when it has been lost.</param>
    /// <param name="next">When.</param>
    /// <param name="oldest">Since when the oldest entry that is left waits; null when that has not changed.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task ReleaseAsync(SenderLease lease, Wake next, DateTimeOffset? oldest, CancellationToken cancellationToken)
    {
        // Read first: whoever has something new writes this row before it writes the head.
        var version = await pending.FindAsync(lease.OrganizationId, cancellationToken);
        var isDone = await ledger.ChangeAsync(
            lease.OrganizationId,
            change =>
            {
                if (change.Head.LeaseId != lease.Id)
                {
                    return Task.FromResult(false);
                }

                var isDone = change.Head.Open == 0;
                change.Head = change.Head with { LeaseId = null, Edited = [], WakeAt = null, IsPending = !isDone, Oldest = oldest ?? change.Head.Oldest };
                change.Wake = isDone ? null : next;
                return Task.FromResult(isDone);
            },
            cancellationToken);
        if (isDone && version is { } seen)
        {
            await pending.RemoveAsync(lease.OrganizationId, seen, cancellationToken);
        }
    }
}

/// <summary>The right to send what an organization has waiting.</summary>
/// <param name="OrganizationId">The organization.</param>
/// <param name="Id">Which lease; never the same twice.</param>
/// <param name="IsTakenOver">Whether the sender before has died: what it sent last may have arrived without being noted.</param>
internal sealed record SenderLease(string OrganizationId, string Id, bool IsTakenOver);

/// <summary>A sender was silent for so long that another has taken its place.</summary>
internal sealed class LeaseLostException(string organizationId) : Exception($"Another sender is at work for {organizationId}.");
