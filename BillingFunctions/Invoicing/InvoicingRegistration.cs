using BillingFunctions.Customers.Invoices;
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
        services.AddSingleton<MonthlyInvoiceStore>();
        services.AddSingleton<ICustomerInvoiceSource, CustomerMonthlyInvoices>();
        services.AddSingleton<InvoiceQueues>();
        services.AddSingleton<QueueRoom>();
        services.AddSingleton<InvoiceMailLedger>();
        services.AddSingleton<InvoiceMailOutcomes>();
        services.AddSingleton<RetryDelays>();
        services.AddRuns<InvoicingRun>();
        services.AddSingleton<BilledCustomers>();
        services.AddSingleton<InvoicingRunStore>();
        services.AddSingleton<InvoicingRuns>();
        services.AddSingleton<InvoiceRetry>();
        services.AddSingleton<HangingInvoices>();
        services.AddSingleton<ISweeper, InvoiceSweeper>();
        return services;
    }
}
