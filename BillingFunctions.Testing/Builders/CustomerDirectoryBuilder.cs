using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Testing.Builders;

/// <summary>The customers of a storage account, as a process of the app sees them.</summary>
internal static class CustomerDirectoryBuilder
{
    public static CustomerDirectory Directory(CustomerStore store, TableServiceClient tables, FieldOwners? owners = null, params ICustomerFollower[] followers) =>
        new(store, new CustomerAudit(tables), Options.Create(owners ?? new FieldOwners()), followers, TimeProvider.System);

    public static CustomerEventHandler Handler(CustomerStore store, TableServiceClient tables, ICurrentObjects stripe) =>
        new(Directory(store, tables), stripe, Options.Create(new CustomersOptions()));
}
