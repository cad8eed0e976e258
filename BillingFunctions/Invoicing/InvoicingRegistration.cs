using BillingFunctions.Customers.Invoices;
using BillingFunctions.CustomerUploads;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing;

internal static class InvoicingRegistration
{
    /// <summary>Adds the monthly invoicing.</summary>
    public static IServiceCollection AddInvoicing(this IServiceCollection services)
    {
        services.AddCapability("invoicing", [AmountsOptions.BaseUrlSetting], typeof(InvoicingRegistration).Namespace!);
        services.AddCapability("invoicing_timer", [InvoicingOptions.ScheduleSetting], $"{typeof(StartInvoicingFunctions).FullName}.{nameof(StartInvoicingFunctions.OnTimerAsync)}");
        services.AddCapability(
            "invoice_mails", EmailOptions.Required, typeof(SendInvoiceEmailFunction).FullName!, $"{typeof(RetryInvoicesFunctions).FullName}.{nameof(RetryInvoicesFunctions.RetryEmailsAsync)}");
        services.AddSettings<InvoicingOptions, InvoicingOptionsValidator>(InvoicingOptions.Section);
        services.AddAmounts();
        services.AddTable(MonthlyInvoiceStore.Table);
        services.AddQueue(InvoiceLookup.Queue);
        services.AddQueue(InvoiceEmail.Queue);
        services.AddSingleton(provider => InvoicePolicy.From(
            provider.GetRequiredService<IOptions<InvoicingOptions>>().Value, provider.GetRequiredService<CapabilityStates>().IsOn(typeof(SendInvoiceEmailFunction))));
        services.AddSingleton<MonthlyInvoiceStore>();
        services.AddSingleton<MonthlyInvoiceList>();
        services.AddSingleton<ICustomerInvoiceSource, CustomerMonthlyInvoices>();
        services.AddRuns<CustomerUpload>();
        services.AddSingleton<BilledCustomers>();
        services.AddSingleton<InvoicingRuns>();
        services.AddSingleton<MissingInvoiceCount>();
        services.AddSingleton<ISweeper, InvoiceSweeper>();
        return services;
    }
}
