using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>The subscriptions by customer, in <c>Subscriptions</c> too, a row a customer: partition is a bucket of the id, row the id. Access is decided by this one row.</summary>
public sealed class CustomerSubscriptionsStore(TableServiceClient tables) : VersionedRows<TableEntity, CustomerSubscriptions>(
    tables.GetTableClient(SubscriptionStore.Table), Read, RowOf, cache: new RowCache<CustomerSubscriptions>(CachedSubscriptions, customer => customer.Subscriptions.Count)), IDisposable
{
    private const string Prefix = "customer|";
    private const string Column = "Subscriptions";
    private const int CachedSubscriptions = 20_000;

    /// <summary>A customer's subscriptions; none for a customer that is not known.</summary>
    public async Task<CustomerSubscriptions> FindAsync(string customerId, CancellationToken cancellationToken) =>
        await FindAsync(PartitionOf(customerId), TableKey.From(customerId), cancellationToken) ?? CustomerSubscriptions.None;

    /// <summary>Notes the present state of a subscription. What is known already is not written again.</summary>
    /// <param name="customerId">The customer that has it.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="isNew">Whether it has just been made; then its customer is most likely new too, and need not be read.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task NoteAsync(string customerId, KnownSubscription subscription, bool isNew, CancellationToken cancellationToken)
    {
        return ChangeAsync(PartitionOf(customerId), TableKey.From(customerId), customer => new(With(customer ?? CustomerSubscriptions.None)), cancellationToken, expectNew: isNew);

        CustomerSubscriptions? With(CustomerSubscriptions customer) => customer.With(subscription) is var next && !ReferenceEquals(next, customer) ? next : null;
    }

    public void Dispose() => Cache?.Dispose();

    private static string PartitionOf(string customerId) => Prefix + TableKey.SmallBucket(customerId);

    private static TableEntity RowOf(string partitionKey, string customerId, CustomerSubscriptions customer)
    {
        var row = new TableEntity(partitionKey, customerId) { ["Count"] = customer.Subscriptions.Count };
        LargeColumn.Write(row, Column, Brotli.CompressJson(customer));
        return row;
    }

    private static CustomerSubscriptions Read(TableEntity row) => Brotli.DecompressJson<CustomerSubscriptions>(LargeColumn.Read(row, Column));
}

/// <summary>All subscriptions of a customer, as far as access needs them.</summary>
public sealed record CustomerSubscriptions(IReadOnlyList<KnownSubscription> Subscriptions)
{
    public static CustomerSubscriptions None { get; } = new([]);

    /// <summary>
    /// This with one subscription as it is now; this very one if that, or something newer, is known.
    /// Versions decide, because whoever writes may be late.
    /// </summary>
    public CustomerSubscriptions With(KnownSubscription subscription)
    {
        var id = subscription.Access.SubscriptionId;
        return Subscriptions.Any(known => known.Access.SubscriptionId == id && known.Version >= subscription.Version)
            ? this
            : new CustomerSubscriptions([.. Subscriptions.Where(known => known.Access.SubscriptionId != id), subscription]);
    }
}

/// <summary>A subscription as its customer's row knows it.</summary>
/// <param name="Version">See <see cref="SubscriptionState.AccessVersion"/>.</param>
/// <param name="Access">What access depends on.</param>
public sealed record KnownSubscription(int Version, SubscriptionAccess Access);
