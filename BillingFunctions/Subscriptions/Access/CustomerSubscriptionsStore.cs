using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>The subscriptions by customer, in <c>Subscriptions</c> too, a row a customer. Access is decided by this one row.</summary>
public sealed class CustomerSubscriptionsStore(TableServiceClient tables) : IDisposable
{
    private const int CachedSubscriptions = 20_000;

    private readonly VersionedRows<CustomerSubscriptions> _rows = new(
        tables.GetTableClient(SubscriptionStore.Table),
        CustomerSubscriptionsRow.RowKey,
        CustomerSubscriptions.None,
        CustomerSubscriptionsRow.Read,
        CustomerSubscriptionsRow.Of,
        customer => customer.Subscriptions.Count,
        CachedSubscriptions);

    /// <summary>A customer's subscriptions; none for a customer that is not known.</summary>
    public Task<CustomerSubscriptions> FindAsync(string customerId, CancellationToken cancellationToken) => _rows.FindAsync(customerId, cancellationToken);

    /// <summary>Notes how a subscription stands. What is known already is not written again.</summary>
    /// <param name="customerId">Whose it is.</param>
    /// <param name="subscription">How it stands.</param>
    /// <param name="isNew">Whether it has just been made; then its customer is most likely new too, and need not be read.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task NoteAsync(string customerId, KnownSubscription subscription, bool isNew, CancellationToken cancellationToken) =>
        _rows.ChangeAsync(customerId, customer => customer.With(subscription), isNew, cancellationToken);

    public void Dispose() => _rows.Dispose();
}

/// <summary>The row of a customer in <c>Subscriptions</c>.</summary>
internal static class CustomerSubscriptionsRow
{
    public const string RowKey = "subscriptions";

    private const string Column = "Subscriptions";

    public static TableEntity Of(string customerId, CustomerSubscriptions customer)
    {
        var row = new TableEntity(customerId, RowKey) { ["Count"] = customer.Subscriptions.Count };
        CompressedColumns.Write(row, Column, customer);
        return row;
    }

    public static CustomerSubscriptions Read(TableEntity row) => CompressedColumns.Read<CustomerSubscriptions>(row, Column);
}
