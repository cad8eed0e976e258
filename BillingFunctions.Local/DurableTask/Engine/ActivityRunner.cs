using System.Threading.Channels;
using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>An activity to run for a run of an instance.</summary>
internal sealed record ActivityCall(LiveInstance Instance, int Epoch, ActivityScheduled Activity);

/// <summary>Runs activities, as many at once as allowed, first come first served.</summary>
internal sealed partial class ActivityRunner : IDisposable
{
    private readonly IDurableFunctions _functions;
    private readonly ILogger _logger;
    private readonly Channel<ActivityCall> _calls = Channel.CreateUnbounded<ActivityCall>();
    private readonly CancellationTokenSource _taking;
    private readonly CancellationTokenSource _running = new();
    private readonly CancellationToken _noMore;
    private readonly CancellationToken _stop;
    private readonly Task[] _workers;

    public ActivityRunner(IDurableFunctions functions, int concurrency, ILogger logger)
    {
        _functions = functions;
        _logger = logger;
        _taking = CancellationTokenSource.CreateLinkedTokenSource(functions.Stopping);
        _noMore = _taking.Token;
        _stop = _running.Token;
        _workers = [.. Enumerable.Range(0, concurrency).Select(_ => Detached.Run(WorkAsync))];
    }

    public void Enqueue(ActivityCall call) => _calls.Writer.TryWrite(call);

    /// <summary>Begins no further activity, waits for the running ones and cancels those that outlast the grace.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time)
    {
        await _taking.CancelAsync();
        var ended = Task.WhenAll(_workers);
        using var patience = new CancellationTokenSource();
        if (await Task.WhenAny(ended, Task.Delay(grace, time, patience.Token)) != ended)
        {
            Log.Canceling(_logger);
            await _running.CancelAsync();

            // An activity that ignores its token must not hold the process up for ever.
            await Task.WhenAny(ended, Task.Delay(grace, time, patience.Token));
        }

        await patience.CancelAsync();
    }

    /// <summary>Drops everything at once.</summary>
    public void Abort()
    {
        _taking.Cancel();
        _running.Cancel();
    }

    public void Dispose()
    {
        _taking.Dispose();
        _running.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                var call = await _calls.Reader.ReadAsync(_noMore);
                if (call.Instance.Status != OrchestrationRuntimeStatus.Terminated && await RunAsync(call) is { } ending)
                {
                    _ = call.Instance.Post(ending, call.Epoch);
                }
            }
        }
        catch (OperationCanceledException) when (_noMore.IsCancellationRequested)
        {
            // No further activity is begun; what is left in the queue runs after the next start.
        }
    }

    /// <summary>Null if the activity was interrupted: it runs again at the next start, and none of its attempts is spent.</summary>
    private async Task<Received?> RunAsync(ActivityCall call)
    {
        var (id, name, input) = call.Activity;
        try
        {
            if (!_functions.HasActivity(name))
            {
                throw new InvalidOperationException($"The function '{name}' doesn't exist, is disabled, or is not an activity function.");
            }

            var result = await _functions.RunActivityAsync(name, call.Instance.Record.InstanceId, input, _stop);
            return new TaskCompleted(id, DurableJson.Converter.Serialize(result));
        }
        catch (Exception) when (_noMore.IsCancellationRequested)
        {
            // As in Azure, whatever it throws: it was canceled, or the stop has taken away what it needs.
            Log.Interrupted(_logger, name, call.Instance.Record.InstanceId);
            return null;
        }
        catch (Exception exception)
        {
            // Whatever an activity throws is the orchestrator's to handle.
            Log.Failed(_logger, name, call.Instance.Record.InstanceId, exception);
            return new TaskFailed(id, TaskFailureDetails.FromException(exception).Trim());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Activity {Activity} of durable instance {InstanceId} failed.")]
        public static partial void Failed(ILogger logger, string activity, string instanceId, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Running activities are canceled; they run again at the next start.")]
        public static partial void Canceling(ILogger logger);

        [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The stop interrupted activity {Activity} of durable instance {InstanceId}; it runs again at the next start.")]
        public static partial void Interrupted(ILogger logger, string activity, string instanceId);
    }
}
