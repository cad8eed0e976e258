using BillingFunctions.Platform.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing;

internal static class InvoicingRegistration
{
    /// <summary>Adds the monthly invoicing.</summary>
    public static IServiceCollection AddInvoicing(this IServiceCollection services)
    {
        services.AddOptions<InvoicingOptions>().BindConfiguration(InvoicingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InvoicingOptions>, InvoicingOptionsValidator>();
        services.AddTable(MonthlyInvoiceStore.Table);
        services.AddQueue(InvoiceLookup.Queue);
        services.AddQueue(InvoiceEmail.Queue);
        services.AddSingleton<MonthlyInvoiceStore>();
        services.AddSingleton<InvoiceQueues>();
        services.AddInvoiceMails();
        services.AddSingleton<RetryDelays>();
        return services;
    }
}
