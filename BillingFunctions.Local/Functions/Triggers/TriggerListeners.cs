using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Local.Functions;

/// <summary>Starts all listeners with the host and stops them, last first, before its services go.</summary>
internal sealed class TriggerListeners(IEnumerable<ITriggerListener> listeners) : IHostedService
{
    private readonly Stack<ITriggerListener> _started = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in listeners)
        {
            await listener.StartAsync(cancellationToken);
            _started.Push(listener);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (_started.TryPop(out var listener))
        {
            await listener.StopAsync(cancellationToken);
        }
    }
}
