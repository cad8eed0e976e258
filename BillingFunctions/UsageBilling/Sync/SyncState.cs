using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>The queue of all organizations, as it was when it was last counted.</summary>
public sealed record SyncState
{
    public SyncMode Mode { get; init; }

    /// <summary>How many entries of all outboxes are open.</summary>
    public long Queued { get; init; }

    /// <summary>Of how many organizations.</summary>
    public long Organizations { get; init; }

    /// <summary>Since when the oldest waits.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>How long it takes until all of them are at Stripe.</summary>
    public TimeSpan DrainForecast { get; init; }

    /// <summary>Whether at least a tenth of what Stripe's limit allows was not used.</summary>
    public bool HasBudgetToSpare { get; init; }

    public DateTimeOffset CountedAt { get; init; }

    /// <summary>How long counting took; the next count waits for a multiple of it.</summary>
    public TimeSpan CountTook { get; init; }

    /// <summary>Until when nothing is sent, because Stripe refuses the key; null when it does not.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Which key, by its last characters, and what Stripe said.</summary>
    public string? PauseReason { get; init; }
}

/// <summary>The state, which all instances of the app share: the last row of <c>SyncPending</c>.</summary>
public sealed class SyncStateStore(TableServiceClient tables)
{
    private const string Partition = "sync";
    private const string Row = "state";

    private readonly VersionedRows<UsageRow, SyncState> _rows = new(
        tables.GetTableClient(PendingOrganizations.Table), row => row.Read<SyncState>(), (partition, row, state) => UsageRow.Of(partition, row, state));

    internal async Task<SyncState> ReadAsync(CancellationToken cancellationToken) => await _rows.FindAsync(Partition, Row, cancellationToken) ?? new SyncState();

    /// <summary>Changes it; may compute the change several times.</summary>
    internal async Task<SyncState> ChangeAsync(Func<SyncState, SyncState> change, CancellationToken cancellationToken) =>
        (await _rows.ChangeAsync(Partition, Row, stored => new(change(stored ?? new SyncState())), cancellationToken)).Written!;
}
