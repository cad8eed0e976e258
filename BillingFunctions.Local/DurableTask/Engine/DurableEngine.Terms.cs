using BillingFunctions.Local.DurableTask.Engine;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask;

/// <summary>The terms in which the engine owns its hub, one after the other until it is stopped.</summary>
internal sealed partial class DurableEngine
{
    private async Task ServeTermsAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var lease = new OwnerLease(_store, _options, _logger);
                await TakeAsync(lease, stopping);
                await ServeTermAsync(lease, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _settled.TrySetCanceled(stopping);
        }
        catch (Exception exception)
        {
            // Whoever started the engine gets to see why it did not start.
            Log.Stopped(_logger, exception);
            _settled.TrySetException(exception);
            _hub.TrySetException(exception);
        }
    }

    private async Task TakeAsync(OwnerLease lease, CancellationToken stopping)
    {
        // At the start an unreachable storage is the caller's to report; later on it is waited for.
        if (!_settled.Task.IsCompleted)
        {
            if (await lease.TryTakeAsync(stopping))
            {
                return;
            }

            Log.Waiting(_logger, _options.HubName);
            _settled.TrySetResult();
        }

        await lease.TakeAsync(stopping);
    }

    /// <summary>Owns the hub until the engine stops or the term fails; then the lease is free for the next, be it one of this process.</summary>
    /// <exception cref="Exception">The very first term did not come about.</exception>
    private async Task ServeTermAsync(OwnerLease lease, CancellationToken stopping)
    {
        using var keeping = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var hub = new Hub(_store, _functions, _options, _time, _loggerFactory);
        var kept = Task.CompletedTask;
        try
        {
            await hub.LoadAsync(stopping);
            _hub.TrySetResult(hub);
            _settled.TrySetResult();
            kept = lease.KeepAsync(keeping.Token);
            await await Task.WhenAny(kept, hub.Lost);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Withdraw();
            await hub.DrainAsync();
        }
        catch (Exception exception) when (_settled.Task.IsCompleted)
        {
            Log.Lost(_logger, _options.HubName, exception);
            Withdraw();
        }
        finally
        {
            await keeping.CancelAsync();
            await hub.EndAsync();
            await kept.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    // A call that waits since before this term still waits on the same source, for the next one.
    private void Withdraw()
    {
        if (_hub.Task.IsCompleted)
        {
            _hub = NewSource();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Another process owns the durable hub {Hub}; waiting for it to end.")]
        public static partial void Waiting(ILogger logger, string hub);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "This process has lost the durable hub {Hub}; it tries to get it back.")]
        public static partial void Lost(ILogger logger, string hub, Exception exception);

        [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "The durable engine has stopped.")]
        public static partial void Stopped(ILogger logger, Exception exception);
    }
}
