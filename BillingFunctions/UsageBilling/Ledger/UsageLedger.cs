using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Sending;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// All that organizations have, in <c>Usage</c>. Each change of an organization is one transaction with its head, so that an item is never there without its entry in
/// the outbox, nor counted wrongly, and an invoice that is being closed gets no item any more.
/// </summary>
public sealed partial class UsageLedger(
    TableServiceClient tables, PendingOrganizations pending, SyncQueues queues, SyncMonitor monitor, TimeProvider time, ILogger<UsageLedger> logger) : IDisposable
{
    public const string Table = "Usage";

    private const int KnownOrganizations = 10_000;

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly RowCache<LedgerState> _known = new(KnownOrganizations);

    /// <summary>In one process the changes of an organization take turns: else a large one would be overtaken, and begun anew, as long as there are small ones.</summary>
    private readonly GroupCommit<string, Func<Task>, bool> _turns = new(_ => 1, async (_, change) => { await change[0](); return [true]; });

    /// <summary>The row; null when there is none.</summary>
    internal Task<UsageRow?> FindAsync(string organizationId, string key, CancellationToken cancellationToken) =>
        _table.FindAsync<UsageRow>(organizationId, key, cancellationToken);

    /// <summary>The organization's head; an empty one when it has none yet.</summary>
    internal async Task<OrganizationHead> FindHeadAsync(string organizationId, CancellationToken cancellationToken) =>
        (await FindAsync(organizationId, UsageKeys.Head, cancellationToken))?.Read<OrganizationHead>() ?? new OrganizationHead();

    /// <summary>The rows whose keys begin with a prefix, in the order of their keys.</summary>
    /// <param name="organizationId">The organization.</param>
    /// <param name="prefix">The kind of row, such as <c>item|</c>.</param>
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
    /// <param name="make">Makes up the change, and its result. Called again when what it has read is out of date; must not change the same organization itself, whose turn would never come.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The result of the change that was committed; of a change that writes nothing, the result for what is stored now.</returns>
    internal async Task<T> ChangeAsync<T>(string organizationId, Func<LedgerChange, Task<T>> make, CancellationToken cancellationToken)
    {
        var result = default(T);
        await _turns.AddAsync(organizationId, async () => result = await ChangeInTurnAsync(organizationId, make, cancellationToken));
        return result!;
    }

    public void Dispose() => _known.Dispose();

    private async Task<T> ChangeInTurnAsync<T>(string organizationId, Func<LedgerChange, Task<T>> make, CancellationToken cancellationToken)
    {
        var known = _known.Find(organizationId, UsageKeys.Head);
        var (state, isFresh) = (known ?? await ReadAsync(organizationId, cancellationToken), known is null);
        while (true)
        {
            var change = new LedgerChange(this, organizationId, state.Value!, time.GetUtcNow());
            var result = await TryMakeAsync(make, change, isFresh);
            if (result.IsMade && (change.IsEmpty ? isFresh : await TryCommitAsync(change, state.Version, cancellationToken)))
            {
                return result.Value!;
            }

            var stored = await ReadAsync(organizationId, cancellationToken);
            if (stored.Value!.Head.Changes.Contains(change.Id))
            {
                // Committed; the answer of storage was lost, and somebody else may have changed the organization since.
                await TellAsync(change);
                return result.Value!;
            }

            if (isFresh && stored.Version == state.Version)
            {
                throw new LedgerConflictException(organizationId);
            }

            _known.Remember(organizationId, UsageKeys.Head, stored);
            (state, isFresh) = (stored, true);
        }
    }

    /// <returns>False when the change finds the lease gone in what was known before, which may be out of date.</returns>
    private static async Task<(T? Value, bool IsMade)> TryMakeAsync<T>(Func<LedgerChange, Task<T>> make, LedgerChange change, bool isFresh)
    {
        try
        {
            return (await make(change), true);
        }
        catch (LeaseLostException) when (!isFresh)
        {
            return (default, false);
        }
    }

    private async Task<VersionedValue<LedgerState>> ReadAsync(string organizationId, CancellationToken cancellationToken)
    {
        var row = await FindAsync(organizationId, UsageKeys.Head, cancellationToken);
        return new VersionedValue<LedgerState>(new LedgerState(row?.Read<OrganizationHead>() ?? new OrganizationHead()), row?.ETag ?? default);
    }

    private async Task<bool> TryCommitAsync(LedgerChange change, ETag version, CancellationToken cancellationToken)
    {
        var head = change.NextHead();
        if (change.Opened > 0 && !head.IsPending)
        {
            await pending.AddAsync(change.OrganizationId, cancellationToken);
            head = head with { IsPending = true };
        }

        change.Wake ??= change.Opened == 0 ? null : await monitor.WakeForAsync(head, change.Opened, cancellationToken);
        head = change.Wake is null ? head : head with { WakeAt = change.Wake.At };
        var row = UsageRow.Of(change.OrganizationId, UsageKeys.Head, head);
        if (!await _table.TrySubmitAsync([Write(row, version), .. change.Actions], cancellationToken))
        {
            _known.Remember(change.OrganizationId, UsageKeys.Head, VersionedValue<LedgerState>.None);
            return false;
        }

        Remember(change, version, row.ETag, head);
        await TellAsync(change);
        return true;
    }

    /// <summary>Keeps what was written, unless a later change is known already. The version is not known when the answer of storage was lost.</summary>
    private void Remember(LedgerChange change, ETag before, ETag now, OrganizationHead head)
    {
        var isLatest = now != default && (_known.Find(change.OrganizationId, UsageKeys.Head) is not { } known || known.Version == before);
        _known.Remember(change.OrganizationId, UsageKeys.Head, isLatest ? new VersionedValue<LedgerState>(change.State with { Head = head }, now) : VersionedValue<LedgerState>.None);
    }

    /// <summary>Says that there is something to send. The change is committed whatever comes of it: a message that cannot be sent is replaced by the sweeper.</summary>
    private async Task TellAsync(LedgerChange change)
    {
        monitor.Count(change.Opened - change.Ended);
        try
        {
            await (change.Wake is null ? Task.CompletedTask : queues.SendAsync(change.OrganizationId, change.Wake, CancellationToken.None));
        }
        catch (RequestFailedException failure)
        {
            Log.NotTold(logger, change.OrganizationId, failure);
        }

    }

    private static TableTransactionAction Write(UsageRow head, ETag version) => version == default
        ? new TableTransactionAction(TableTransactionActionType.Add, head)
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, head, version);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The message for {OrganizationId} could not be sent; the sweeper sends another within three minutes.")]
        public static partial void NotTold(ILogger logger, string organizationId, Exception exception);
    }
}

/// <summary>A change is about rows that are not there, or are there already: a fault of ours.</summary>
internal sealed class LedgerConflictException(string organizationId) : Exception($"A change of {organizationId} does not fit the rows that are stored.");

/// <summary>What is known of an organization at one moment.</summary>
/// <param name="Head">Its head.</param>
internal sealed record LedgerState(OrganizationHead Head)
{
    /// <summary>Those of its invoices that have been looked at, by key.</summary>
    public ImmutableDictionary<string, UsageInvoice> Invoices { get; init; } = ImmutableDictionary<string, UsageInvoice>.Empty;
}
