using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Subscriptions;

/// <summary>The subscriptions in <c>Subscriptions</c>. Each change is one transaction on the condition that nobody else has changed the subscription meanwhile.</summary>
public sealed class SubscriptionStore(TableServiceClient tables) : IDisposable
{
    public const string Table = "Subscriptions";

    /// <summary>A transaction has at most 100 actions, and one is the state.</summary>
    private const int MaxAuditRows = 99;

    /// <summary>About 10,000 subscriptions of ten events, and 30 MB.</summary>
    private const int CachedEvents = 100_000;

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = CachedEvents });

    /// <summary>What is known of a subscription; null when nothing is.</summary>
    public async Task<SubscriptionState?> FindAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { IsStored: true } stored ? stored.State : null;

    /// <summary>The subscriptions with an id above <paramref name="after"/>, by their ids.</summary>
    public async IAsyncEnumerable<SubscriptionRecord> ListAsync(string? after, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // All subscriptions begin so; the customers, which share the table, do not.
        var from = after ?? "sub_";
        const string End = "sub`";
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {from} and PartitionKey lt {End} and RowKey eq {SubscriptionRows.StateKey}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken))
        {
            if (SubscriptionRows.StateIn(row).History.Record is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>Adds events to a subscription. Those that it has already change nothing and are not written.</summary>
    /// <returns>The subscription before and after.</returns>
    public async Task<(SubscriptionState Before, SubscriptionState After)> AddAsync(
        string id, IReadOnlyCollection<SubscriptionEvent> events, CancellationToken cancellationToken)
    {
        var stored = await GuessAsync(id, events, cancellationToken);
        var mayHaveLeftRows = false;
        while (true)
        {
            var next = stored.State.With(events);
            if (ReferenceEquals(next, stored.State))
            {
                return (next, next);
            }

            // A large try that failed has left audit rows behind that were true only for what it believed.
            var rows = mayHaveLeftRows ? next.History.Audit : next.ChangedSince(stored.State);
            if (await TryWriteAsync(id, stored, next, rows, cancellationToken))
            {
                return (stored.State, next);
            }

            mayHaveLeftRows |= rows.Count > MaxAuditRows;
            stored = await ReadAsync(id, cancellationToken);
        }
    }

    public void Dispose() => _cache.Dispose();

    /// <summary>What is most likely stored. If it is not, the write fails and it is read: a guess costs nothing but that.</summary>
    private async Task<Stored> GuessAsync(string id, IEnumerable<SubscriptionEvent> events, CancellationToken cancellationToken) =>
        _cache.Get<Stored>(id)
        ?? (events.Any(happened => happened.Change == SubscriptionChange.Created) ? Stored.None : await ReadAsync(id, cancellationToken));

    private async Task<Stored> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(id, SubscriptionRows.StateKey, cancellationToken: cancellationToken);
        return row.HasValue ? Remember(id, new Stored(SubscriptionRows.StateIn(row.Value!), row.Value!.ETag)) : Stored.None;
    }

    private async Task<bool> TryWriteAsync(
        string id, Stored stored, SubscriptionState next, IReadOnlyList<AuditEntry> changed, CancellationToken cancellationToken)
    {
        var state = SubscriptionRows.Of(id, next);
        var rows = changed.Select(entry => new TableTransactionAction(TableTransactionActionType.UpsertReplace, SubscriptionRows.Of(id, entry))).ToList();
        var write = stored.IsStored
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, state, stored.ETag)
            : new TableTransactionAction(TableTransactionActionType.Add, state);
        try
        {
            // The state comes last: a crash in between leaves rows that are written again when the events come again.
            foreach (var early in rows.SkipLast(MaxAuditRows).Chunk(MaxAuditRows))
            {
                await _table.SubmitTransactionAsync(early, cancellationToken);
            }

            var responses = await _table.SubmitTransactionAsync([write, .. rows.TakeLast(MaxAuditRows)], cancellationToken);
            Remember(id, new Stored(next, responses.Value[0].Headers.ETag ?? default));
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            _cache.Remove(id);
            return false;
        }
    }

    private Stored Remember(string id, Stored stored) =>
        _cache.Set(id, stored, new MemoryCacheEntryOptions { Size = stored.State.Events.Count });

    /// <summary>A state, and the version of its row.</summary>
    private sealed record Stored(SubscriptionState State, ETag ETag)
    {
        public static Stored None { get; } = new(SubscriptionState.Empty, default);

        public bool IsStored => ETag != default;
    }
}
