using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The services of queue triggers and outputs.</summary>
internal static class QueueRegistration
{
    public static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => QueueOptions.Read(provider.GetRequiredService<HostJson>()));
        return services
            .AddSingleton<FunctionQueues>()
            .AddSingleton<ITriggerKind, QueueTriggerKind>()
            .AddSingleton<IOutputKind, QueueOutputKind>()
            .AddSingleton<QueueInvoker>()
            .AddSingleton<ITriggerListener, QueueListener>();
    }
}
