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
        services.AddAmounts();
        services.AddTable(MonthlyInvoiceStore.Table);
        services.AddQueue(InvoiceLookup.Queue);
        services.AddQueue(InvoiceEmail.Queue);
        services.AddSingleton<MonthlyInvoiceStore>();
        services.AddSingleton<InvoiceQueues>();
        services.AddSingleton<RetryDelays>();
        return services;
    }

    /// <summary>Adds a client of the amount API.</summary>
    private static void AddAmounts(this IServiceCollection services)
    {
        services.AddOptions<AmountsOptions>().BindConfiguration(AmountsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AmountsOptions>, AmountsOptionsValidator>();
        services.AddHttpClient(AmountClient.HttpName, client =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = AmountClient.MaxAnswer;
        }).ConfigurePrimaryHttpMessageHandler(AmountClient.CreateHandler).RemoveAllLoggers();
        services.AddSingleton<AmountClient>();
    }
}
