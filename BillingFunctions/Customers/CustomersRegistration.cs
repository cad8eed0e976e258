using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Customers;

internal static class CustomersRegistration
{
    /// <summary>Adds the customers and the catalogue of their Stripe invoices, both filled by webhooks.</summary>
    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddCapability("customers", [], typeof(ReadCustomersFunctions).FullName!, typeof(ListCustomerInvoicesFunction).FullName!, typeof(GetCustomerAuditFunction).FullName!);
        services.AddSettings<CustomersOptions, CustomersOptionsValidator>(CustomersOptions.Section);
        services.AddSettings<FieldOwners, FieldOwnersValidator>(FieldOwners.Section);
        services.AddTable(CustomerStore.Table).AddTable(CustomerAudit.Table).AddTable(CustomerInvoiceStore.Table);
        services.AddSingleton<ICurrentObjects, CurrentObjects>();
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<CustomerAudit>();
        services.AddSingleton<IRetention, CustomerAuditRetention>();
        services.AddSingleton<CustomerDirectory>();
        services.AddSingleton<CustomerInvoiceStore>();
        services.AddSingleton<IStripeEventHandler, CustomerEventHandler>();
        services.AddSingleton<IStripeEventHandler, InvoiceEventHandler>();
        return services;
    }
}
