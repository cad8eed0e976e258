using Azure.Data.Tables;
using BillingFunctions.Local.DurableTask;
using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions;

/// <summary>The services of orchestrators and activities.</summary>
internal static class DurableRegistration
{
    private const string DefaultConnection = "AzureWebJobsStorage";

    public static IServiceCollection AddDurable(this IServiceCollection services)
        => services
            .AddSingleton<IInputKind, DurableClientInput>()
            .AddSingleton<ITriggerKind, OrchestrationTriggerKind>()
            .AddSingleton<ITriggerKind, ActivityTriggerKind>()
            .AddSingleton<IDurableFunctions, CatalogDurableFunctions>()
            .AddSingleton<ITriggerListener, DurableListener>()
            .AddSingleton(CreateEngine);

    private static DurableEngine CreateEngine(IServiceProvider services)
    {
        var settings = services.GetRequiredService<HostJson>().Extension("durableTask");
        var defaults = new DurableOptions();
        return new DurableEngine(
            Tables(services, settings["storageProvider:connectionName"] ?? DefaultConnection),
            services.GetRequiredService<IDurableFunctions>(),
            new DurableOptions
            {
                HubName = settings["hubName"] ?? defaults.HubName,
                MaxConcurrentActivityFunctions = settings.GetValue("maxConcurrentActivityFunctions", defaults.MaxConcurrentActivityFunctions),
                MaxConcurrentOrchestratorFunctions = settings.GetValue("maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestratorFunctions),
            },
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
    }

    /// <summary>The connection the settings name; the app's own client when they name an identity instead of a key.</summary>
    private static TableServiceClient Tables(IServiceProvider services, string connection)
        => services.GetRequiredService<IConfiguration>()[connection] is { Length: > 0 } text
            ? new TableServiceClient(text)
            : services.GetService<TableServiceClient>()
                ?? throw new StartupException($"Orchestrations need storage: set {connection} to a connection string.");
}
