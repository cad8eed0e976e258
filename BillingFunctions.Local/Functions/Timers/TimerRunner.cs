using BillingFunctions.Local.DurableTask.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Runs one function on its schedule, one run at a time.</summary>
internal sealed partial class TimerRunner(
    TimerFunction timer,
    TimerInvoker invoker,
    TimerStore store,
    OwnerLease lease,
    TimeProvider time,
    ILogger logger)
{
    // The longest that a timer of the runtime can wait at once is less than two months.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(24);

    private ScheduleStatus _status = new();

    /// <summary>Runs the function when it is due, until cancelled; a run that has begun is not cancelled.</summary>
    /// <exception cref="HubLostException">Another process has the timers now.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        if (_status.Next < time.GetUtcNow().UtcDateTime)
        {
            await RunOnceAsync(isPastDue: true);
        }
        else if (timer.RunsOnStartup)
        {
            await RunOnceAsync(isPastDue: false);
        }

        while (true)
        {
            await WaitAsync(cancellationToken);
            await RunOnceAsync(isPastDue: false);
        }
    }

    /// <summary>Reads where the schedule stands and writes it down if that is new.</summary>
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var stored = timer.IsMonitored ? await store.FindStatusAsync(timer.Function.Name, cancellationToken) : null;
        _status = ScheduleMonitor.AtStart(timer.Schedule, stored, time.GetUtcNow());
        if (!ReferenceEquals(_status, stored))
        {
            await WriteAsync(cancellationToken);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_status.Next - time.GetUtcNow().UtcDateTime is { Ticks: > 0 } left)
        {
            await Task.Delay(left < LongestWait ? left : LongestWait, time, cancellationToken);
        }
    }

    private async Task RunOnceAsync(bool isPastDue)
    {
        // A process that was asleep for long may find that it is late.
        await lease.BeatAsync(CancellationToken.None);
        var started = time.GetUtcNow();
        var info = new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = timer.IsMonitored ? _status : null };
        await invoker.InvokeAsync(timer.Function, info);
        _status = ScheduleMonitor.AfterRun(timer.Schedule, started);
        await WriteAsync(CancellationToken.None);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (timer.IsMonitored ? store.WriteStatusAsync(timer.Function.Name, _status, cancellationToken) : Task.CompletedTask);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.NotWritten(logger, timer.Function.Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The schedule status of function {Function} could not be written; after a restart it may run once too often.")]
        public static partial void NotWritten(ILogger logger, string function, Exception exception);
    }
}
