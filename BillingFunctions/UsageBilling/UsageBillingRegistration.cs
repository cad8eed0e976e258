using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Queues;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Calls;
using BillingFunctions.UsageBilling.Sync.Closing;
using BillingFunctions.UsageBilling.Sync.Sending;
using BillingFunctions.UsageBilling.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.UsageBilling;

internal static class UsageBillingRegistration
{
    /// <summary>Adds organizations, their invoices and items, and the sync of the items to Stripe.</summary>
    public static IServiceCollection AddUsageBilling(this IServiceCollection services)
    {
        services.AddCapability("usage_billing", [StripeOptions.ApiKeySetting], typeof(UsageBillingRegistration).Namespace!);
        services.AddSettings<UsageBillingOptions, UsageBillingOptionsValidator>(UsageBillingOptions.Section);
        services.AddSettings<SyncOptions, SyncOptionsValidator>(SyncOptions.Section);
        services.AddSettings<QueueRetries, QueueRetriesValidator>(section: "");
        services.AddTable(OrganizationStore.Table).AddTable(UsageLedger.Table).AddTable(PendingOrganizations.Table).AddTable(InvoiceCalendar.Table).AddTable(ShadowCalls.Table);
        services.AddQueue(OrganizationDue.ItemsQueue).AddQueue(OrganizationDue.GroupsQueue);
        services.AddSingleton<PendingOrganizations>();
        services.AddSingleton<UsageLedger>();
        services.AddSingleton<OrganizationStore>();
        services.AddSingleton<ChangeOrganizations>();
        services.AddSingleton<OrganizationUsage>();
        services.AddSingleton<UsageLinks>();
        services.AddSingleton<InvoiceCalendar>();
        services.AddSingleton<ChangeInvoices>();
        services.AddSingleton<CloseInvoice>();
        services.AddSingleton<ICustomerInvoiceSource, CustomerUsageInvoices>();
        services.AddSingleton<AddItems>();
        services.AddSingleton<ChangeItem>();
        services.AddSingleton<RetryItem>();
        services.AddSingleton<ISweeper, SyncSweeper>();
        services.AddSingleton<ISweeper, CloseSweeper>();
        AddSync(services);
        return services;
    }

    private static void AddSync(IServiceCollection services)
    {
        services.AddSingleton<SyncQueues>();
        services.AddSingleton<SyncStateStore>();
        services.AddSingleton<SyncMonitor>();
        services.AddShadowMode();
        services.AddSingleton<ShadowCalls>();
        services.AddSingleton<CustomerCalls>();
        services.AddSingleton<InvoiceCalls>();
        services.AddSingleton<LineCalls>();
        services.AddSingleton<CreditCalls>();
        services.AddSingleton<SenderLeases>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<DraftKeeper>();
        services.AddSingleton<LineSender>();
        services.AddSingleton<LineCorrector>();
        services.AddSingleton<LineNotes>();
        services.AddSingleton<FailedJobReports>();
        services.AddSingleton<InvoiceCloser>();
        services.AddSingleton<SendSteps>();
        services.AddSingleton<OrganizationSync>();
    }
}
