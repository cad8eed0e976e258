using Azure.Data.Tables;

namespace BillingFunctions.Subscriptions;

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
