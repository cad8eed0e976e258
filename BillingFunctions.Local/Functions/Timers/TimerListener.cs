using BillingFunctions.Local.DurableTask.Engine;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Runs functions on their schedules, in the one process of the app that has the timers' lease.</summary>
internal sealed partial class TimerListener(
    AppTimers timers,
    TimerOptions options,
    TimerInvoker invoker,
    RunningInvocations running,
    TimeProvider time,
    ILogger<TimerListener> logger) : ITriggerListener, IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(running.Stopping);
    private Task _loop = Task.CompletedTask;

    /// <summary>The timers run from now on; as long as another process has the lease, they run there.</summary>
    /// <exception cref="Hosting.StartupException">A schedule or the storage is not right; the message names the function.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var found = timers.Find();
        if (found.Count > 0)
        {
            var store = timers.Store();
            await store.PrepareAsync(cancellationToken);
            _loop = RunAsync(found, store);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(IReadOnlyList<TimerFunction> found, TimerStore store)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var lease = new OwnerLease(store, options.Lease, logger);
                await lease.TakeAsync(_stopping.Token);
                await ServeTermAsync(lease, found, store);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.TermEnded(logger, exception);
                await Task.Delay(PauseAfterFailure, options.Lease.RealTime, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Runs the timers until the app stops or the lease is lost. Whoever waits for the lease gets it when the last run has ended.</summary>
    private async Task ServeTermAsync(OwnerLease lease, IReadOnlyList<TimerFunction> found, TimerStore store)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var kept = new CancellationTokenSource();
        var keeping = lease.KeepAsync(kept.Token);
        Task[] runs = [.. found.Select(timer => new TimerRunner(timer, invoker, store, lease, time, logger).RunAsync(term.Token))];

        await Task.WhenAny([keeping, .. runs]);
        await term.CancelAsync();
        await Task.WhenAll(runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await kept.CancelAsync();
        await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lease.ReleaseAsync(CancellationToken.None);
        await (keeping.IsFaulted ? keeping : Task.WhenAll(runs));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The timers of this process have stopped; it tries to get them back.")]
        public static partial void TermEnded(ILogger logger, Exception exception);
    }
}
