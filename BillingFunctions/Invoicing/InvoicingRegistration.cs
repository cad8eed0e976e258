using BillingFunctions.Platform.Tables;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing;

internal static class InvoicingRegistration
{
    private const string Schedule = $"{InvoicingOptions.Section}:{nameof(InvoicingOptions.Schedule)}";

    /// <summary>Adds the monthly invoicing.</summary>
    public static FunctionsApplicationBuilder AddInvoicing(this FunctionsApplicationBuilder builder)
    {
        // The timer takes its schedule from the settings, where a default must be as well. On Azure the host reads the app's settings itself.
        if (string.IsNullOrEmpty(builder.Configuration[Schedule]))
        {
            builder.Configuration[Schedule] = InvoicingOptions.DefaultSchedule;
        }

        builder.Services.AddInvoicing();
        return builder;
    }

    internal static void AddInvoicing(this IServiceCollection services)
    {
        services.AddOptions<InvoicingOptions>().BindConfiguration(InvoicingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InvoicingOptions>, InvoicingOptionsValidator>();
        services.AddAmounts();
        services.AddTable(MonthlyInvoiceStore.Table);
        services.AddQueue(InvoiceLookup.Queue);
        services.AddQueue(InvoiceEmail.Queue);
        services.AddSingleton<MonthlyInvoiceStore>();
        services.AddSingleton<InvoiceQueues>();
        services.AddSingleton<QueueRoom>();
        services.AddInvoiceMails();
        services.AddSingleton<RetryDelays>();
        services.AddTable(InvoicingRunStore.Table);
        services.AddSingleton<BilledCustomers>();
        services.AddSingleton<InvoicingRunStore>();
        services.AddSingleton<InvoicingRuns>();
        services.AddSingleton<InvoiceRetry>();
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
