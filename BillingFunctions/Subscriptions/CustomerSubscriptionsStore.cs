using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.Extensions.Caching.Memory;

namespace BillingFunctions.Subscriptions;

/// <summary>The subscriptions by customer, in <c>Subscriptions</c> too: partition is the customer's id, row <c>subscriptions</c>. Access is decided by this one row.</summary>
public sealed class CustomerSubscriptionsStore(TableServiceClient tables) : IDisposable
{
    private const string RowKey = "subscriptions";
    private const string Column = "Subscriptions";
    private const int CachedSubscriptions = 20_000;

    private readonly TableClient _table = tables.GetTableClient(SubscriptionStore.Table);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = CachedSubscriptions });

    /// <summary>A customer's subscriptions; none for a customer that is not known.</summary>
    public async Task<CustomerSubscriptions> FindAsync(string customerId, CancellationToken cancellationToken) =>
        (await ReadAsync(customerId, cancellationToken)).Subscriptions;

    /// <summary>Notes how a subscription stands. What is known already is not written again.</summary>
    /// <param name="customerId">Whose it is.</param>
    /// <param name="subscription">How it stands.</param>
    /// <param name="isNew">Whether it has just been made; then its customer is most likely new too, and need not be read.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task NoteAsync(string customerId, KnownSubscription subscription, bool isNew, CancellationToken cancellationToken)
    {
        var stored = _cache.Get<Stored>(customerId) ?? (isNew ? Stored.None : await ReadAsync(customerId, cancellationToken));
        while (true)
        {
            var next = stored.Subscriptions.With(subscription);
            if (ReferenceEquals(next, stored.Subscriptions) || await TryWriteAsync(customerId, stored, next, cancellationToken))
            {
                return;
            }

            stored = await ReadAsync(customerId, cancellationToken);
        }
    }

    public void Dispose() => _cache.Dispose();

    private async Task<Stored> ReadAsync(string customerId, CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(customerId, RowKey, cancellationToken: cancellationToken);
        return row.HasValue
            ? Remember(customerId, new Stored(CompressedColumns.Read<CustomerSubscriptions>(row.Value!, Column), row.Value!.ETag))
            : Stored.None;
    }

    private async Task<bool> TryWriteAsync(string customerId, Stored stored, CustomerSubscriptions next, CancellationToken cancellationToken)
    {
        var row = new TableEntity(customerId, RowKey) { ["Count"] = next.Subscriptions.Count };
        CompressedColumns.Write(row, Column, next);
        try
        {
            var response = await (stored.IsStored
                ? _table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Replace, cancellationToken)
                : _table.AddEntityAsync(row, cancellationToken));
            Remember(customerId, new Stored(next, response.Headers.ETag ?? default));
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
            || conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            _cache.Remove(customerId);
            return false;
        }
    }

    private Stored Remember(string customerId, Stored stored) =>
        _cache.Set(customerId, stored, new MemoryCacheEntryOptions { Size = stored.Subscriptions.Subscriptions.Count });

    /// <summary>What is known of a customer, and the version of its row.</summary>
    private sealed record Stored(CustomerSubscriptions Subscriptions, ETag ETag)
    {
        public static Stored None { get; } = new(CustomerSubscriptions.None, default);

        public bool IsStored => ETag != default;
    }
}
