using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// All that organizations have, in <c>Usage</c>. Each change of an organization is one transaction with its head, so that an item is never there without its entry in
/// the outbox, nor counted wrongly, and an invoice that is being closed gets no item any more.
/// </summary>
public sealed class UsageLedger(TableServiceClient tables, PendingOrganizations pending, SyncQueues queues, SyncMonitor monitor, TimeProvider time) : IDisposable
{
    public const string Table = "Usage";

    private const int KnownOrganizations = 10_000;

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly RowCache<LedgerState> _known = new(KnownOrganizations);

    /// <summary>The row; null when there is none.</summary>
    internal Task<UsageRow?> FindAsync(string organizationId, string key, CancellationToken cancellationToken) =>
        _table.FindAsync<UsageRow>(organizationId, key, cancellationToken);

    /// <summary>The organization's head; an empty one when it has none yet.</summary>
    internal async Task<OrganizationHead> FindHeadAsync(string organizationId, CancellationToken cancellationToken) =>
        (await FindAsync(organizationId, UsageKeys.Head, cancellationToken))?.Read<OrganizationHead>() ?? new OrganizationHead();

    /// <summary>The rows whose keys begin with a prefix, in the order of their keys.</summary>
    /// <param name="organizationId">The organization.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="after">The key behind which they are; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<UsageRow> ListAsync(string organizationId, string prefix, string? after, CancellationToken cancellationToken)
    {
        var (from, until) = (after ?? prefix, UsageKeys.EndOf(prefix));
        return _table.QueryAsync<UsageRow>(
            TableClient.CreateQueryFilter($"PartitionKey eq {organizationId} and RowKey gt {from} and RowKey lt {until}"), cancellationToken: cancellationToken);
    }

    /// <summary>Changes an organization's rows in one transaction.</summary>
    /// <param name="organizationId">The organization.</param>
    /// <param name="make">Makes up the change, and its result. Called again when somebody else has changed the organization meanwhile.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The result of the change that was committed.</returns>
    internal async Task<T> ChangeAsync<T>(string organizationId, Func<LedgerChange, Task<T>> make, CancellationToken cancellationToken)
    {
        var state = _known.Find(organizationId, UsageKeys.Head);
        while (true)
        {
            var isFresh = state is null;
            state ??= await ReadAsync(organizationId, cancellationToken);
            var change = new LedgerChange(this, organizationId, state.Value!, time.GetUtcNow());
            var result = await make(change);
            if (change.IsEmpty || await TryCommitAsync(change, state.Version, cancellationToken))
            {
                return result;
            }

            _known.Remember(organizationId, UsageKeys.Head, VersionedValue<LedgerState>.None);
            if (isFresh && (await ReadAsync(organizationId, cancellationToken)).Version == state.Version)
            {
                throw new InvalidOperationException($"A change of {organizationId} is about rows that are not there.");
            }

            state = null;
        }
    }

    public void Dispose() => _known.Dispose();

    private async Task<VersionedValue<LedgerState>> ReadAsync(string organizationId, CancellationToken cancellationToken)
    {
        var row = await FindAsync(organizationId, UsageKeys.Head, cancellationToken);
        return new VersionedValue<LedgerState>(new LedgerState(row?.Read<OrganizationHead>() ?? new OrganizationHead()), row?.ETag ?? default);
    }

    private async Task<bool> TryCommitAsync(LedgerChange change, ETag version, CancellationToken cancellationToken)
    {
        var open = change.Head.Open + change.Opened - change.Ended;
        var head = change.Head with { Open = open, Oldest = open == 0 ? null : change.Head.Oldest ?? change.Now };
        if (change.Opened > 0 && !head.IsPending)
        {
            await pending.AddAsync(change.OrganizationId, cancellationToken);
            head = head with { IsPending = true };
        }

        var wake = change.Wake ?? (change.Opened == 0 ? null : await monitor.WakeForAsync(head, change.Opened, cancellationToken));
        head = wake is null ? head : head with { WakeAt = wake.At };
        var row = UsageRow.Of(change.OrganizationId, UsageKeys.Head, head);
        if (!await _table.TrySubmitAsync([Write(row, version), .. change.Actions], cancellationToken))
        {
            return false;
        }

        // The version is not known when the answer of storage was lost.
        _known.Remember(change.OrganizationId, UsageKeys.Head, row.ETag == default ? VersionedValue<LedgerState>.None : new VersionedValue<LedgerState>(change.State with { Head = head }, row.ETag));
        monitor.Count(change.Opened - change.Ended);
        if (wake is not null)
        {
            await queues.SendAsync(change.OrganizationId, wake, cancellationToken);
        }

        return true;
    }

    private static TableTransactionAction Write(UsageRow head, ETag version) => version == default
        ? new TableTransactionAction(TableTransactionActionType.Add, head)
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, head, version);
}

/// <summary>What is known of an organization at one moment.</summary>
/// <param name="Head">Its head.</param>
internal sealed record LedgerState(OrganizationHead Head)
{
    /// <summary>Those of its invoices that have been looked at, by key.</summary>
    public ImmutableDictionary<string, UsageInvoice> Invoices { get; init; } = ImmutableDictionary<string, UsageInvoice>.Empty;
}
