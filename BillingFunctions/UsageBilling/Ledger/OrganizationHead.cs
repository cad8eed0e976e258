namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// What is known of an organization's usage as a whole. It is written with each change of any of its rows, on the condition that nobody else has written it: so all
/// changes of an organization come one after the other, and what a change has read is still so when it is committed.
/// </summary>
public sealed record OrganizationHead
{
    /// <summary>How many entries of the outbox are not done.</summary>
    public int Open { get; init; }

    /// <summary>Since when the oldest of them waits.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Who sends to Stripe just now; null when nobody does.</summary>
    public string? LeaseId { get; init; }

    /// <summary>Until when. A sender that has not been heard of by then is dead.</summary>
    public DateTimeOffset LeasedUntil { get; init; }

    /// <summary>When the next message about the organization arrives; null when none is on its way.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>Whether the organization is in <c>SyncPending</c>.</summary>
    public bool IsPending { get; init; }

    /// <summary>Entries that callers have changed since the sender took its lease: what it has sent of them may be out of date.</summary>
    public IReadOnlyList<string> Edited { get; init; } = [];

    /// <summary>Whether the organization has been deleted: nothing is added any more.</summary>
    public bool IsDeleted { get; init; }

    internal bool IsLeased(DateTimeOffset now) => LeaseId is not null && now < LeasedUntil;
}
