namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// What is known of an organization's usage as a whole. It is written with each change of any of its rows, on the condition that nobody else has written it: so all
/// changes of an organization come one after the other, and what a change has read is still so when it is committed.
/// </summary>
public sealed record OrganizationHead
{
    private const int MaxEdited = 200;
    private const string AllEntries = "*";

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

    /// <summary>
    /// Entries that were queued by then may have reached Stripe without our knowing: their sender has died, or could not note what it had sent. Null when that is true of
    /// none.
    /// </summary>
    public DateTimeOffset? DoubtUntil { get; init; }

    /// <summary>The ids of the last changes, by which one knows that it was committed when the answer of storage was lost.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Whether the organization has been deleted: nothing is added any more.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Whether a caller has changed an entry since the sender took its lease.</summary>
    internal bool IsEdited(string key) => Edited.Contains(key) || Edited.Contains(AllEntries);

    /// <summary>A row has no room for any number of them: above some, all count as changed.</summary>
    internal OrganizationHead WithEdited(string key) => IsEdited(key) ? this : this with { Edited = Edited.Count < MaxEdited ? [.. Edited, key] : [AllEntries] };

    /// <summary>Whether an entry queued at that time may have reached Stripe without our knowing.</summary>
    internal bool IsInDoubt(DateTimeOffset queuedAt) => queuedAt <= DoubtUntil;

    internal bool IsLeased(DateTimeOffset now) => LeaseId is not null && now < LeasedUntil;
}
