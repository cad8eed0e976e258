using BillingFunctions.Local.DurableTask;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>Runs the durable engine, when the app has orchestrators.</summary>
internal sealed class DurableListener(FunctionCatalog catalog, IServiceProvider services) : ITriggerListener
{
    public Task StartAsync(CancellationToken cancellationToken) => Engine?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Null when there is nothing to run; then no storage is needed either.</summary>
    private DurableEngine? Engine
        => catalog.TriggeredBy<OrchestrationTriggerAttribute>().Any() ? services.GetRequiredService<DurableEngine>() : null;
}
