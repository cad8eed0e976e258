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

    /// <summary>Stops every listener, whatever becomes of another.</summary>
    /// <exception cref="Exception">The first that a listener has thrown, when all have been told to stop.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var failed = Task.CompletedTask;
        while (_started.TryPop(out var listener))
        {
            var stopped = StopAsync(listener, cancellationToken);
            await stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            failed = failed.IsCompletedSuccessfully ? stopped : failed;
        }

        await failed;
    }

    // Turns what is thrown at once into a failed task too.
    private static async Task StopAsync(ITriggerListener listener, CancellationToken cancellationToken) =>
        await listener.StopAsync(cancellationToken);
}
