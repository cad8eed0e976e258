using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Local.Functions.Timers;
using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BillingFunctions.Local.Functions;

/// <summary>The services that find and run functions.</summary>
internal static class FunctionsRegistration
{
    public static IServiceCollection AddFunctions(
        this IServiceCollection services,
        FunctionPipeline pipeline,
        HostJson hostJson,
        IReadOnlyList<Type> types)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(pipeline);
        services.AddSingleton(hostJson);
        services.AddSingleton<IInputKind, InvocationInputs>();
        services.AddSingleton<ITriggerKind, HttpTriggerKind>();
        services.AddSingleton<SettingExpressions>();
        services.AddSingleton<StorageConnections>();
        services.AddDurable();
        services.AddQueues();
        services.AddTimers();
        services.AddSingleton<OutputDiscovery>();
        services.AddSingleton<FunctionDiscovery>();
        services.AddSingleton(provider => provider.GetRequiredService<FunctionDiscovery>().Find(types));
        services.AddSingleton<FunctionInvoker>();
        services.AddSingleton<RunningInvocations>();
        services.AddSingleton<HttpInvoker>();
        services.AddSingleton<HttpEndpoints>();
        services.AddSingleton<FunctionKeys>();
        return services.AddHostedService<TriggerListeners>();
    }
}
