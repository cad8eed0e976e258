using System.Collections.Concurrent;
using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>A hub during one term of ownership: all unfinished instances in memory, and what they share.</summary>
internal sealed partial class Hub : IDisposable
{
    private readonly ConcurrentDictionary<string, LiveInstance> _live = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _loads = new(4);
    private readonly ILogger _logger;

    public Hub(IHubStore store, IDurableFunctions functions, DurableOptions options, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _logger = loggerFactory.CreateLogger<Hub>();
        Store = store;
        Options = options;
        Time = time;
        Ending = _ending.Token;
        Writer = new HubWriter(store, options.RealTime, _logger);
        Activities = new ActivityRunner(functions, options.MaxConcurrentActivityFunctions, _logger);
        Orchestrators = new Orchestrators(functions, options.MaxConcurrentOrchestratorFunctions, loggerFactory);
    }

    public IHubStore Store { get; }

    public DurableOptions Options { get; }

    public TimeProvider Time { get; }

    public HubWriter Writer { get; }

    public ActivityRunner Activities { get; }

    public Orchestrators Orchestrators { get; }

    /// <summary>Canceled when the term is over.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Fails when another process turns out to own the hub.</summary>
    public Task Lost => _lost.Task;

    public LiveInstance? Find(string instanceId) => _live.GetValueOrDefault(instanceId);

    /// <summary>Takes up all unfinished instances. Only when all are known may one of them act: it may write to another.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var record in Store.UnfinishedInstancesAsync(cancellationToken))
        {
            _live[record.InstanceId] = new LiveInstance(this, record);
        }

        Log.Loaded(_logger, _live.Count);
        foreach (var instance in _live.Values)
        {
            instance.StartStored();
        }
    }

    /// <summary>Ends the term in order: running activities end and are committed; nothing new begins.</summary>
    public async Task DrainAsync()
    {
        await Activities.StopAsync(Options.StopGrace, Options.RealTime);
        var stored = Task.WhenAll(_live.Values.Select(instance => instance.Post(null)));
        await Task.WhenAny(stored, Task.Delay(Options.StopGrace, Options.RealTime));
        await EndAsync();
    }

    /// <summary>Ends the term at once.</summary>
    public async Task EndAsync()
    {
        Activities.Abort();
        await _ending.CancelAsync();
        await Task.WhenAll(_live.Values.Select(instance => instance.Loop));
    }

    public void Dispose()
    {
        _ending.Dispose();
        _loads.Dispose();
        Activities.Dispose();
        Orchestrators.Dispose();
    }

    public void Lose(HubLostException lost) => _lost.TrySetException(lost);

    public void Remove(LiveInstance instance) => _live.TryRemove(KeyValuePair.Create(instance.Record.InstanceId, instance));

    public void ReportBroken(LiveInstance instance, Exception exception) => Log.Broken(_logger, instance.Record.InstanceId, exception);

    /// <summary>Sends something to an unfinished instance and waits until it is stored; to nobody if there is none.</summary>
    public Task SendAsync(string instanceId, Received received, string? executionId = null, int? epoch = null) =>
        Find(instanceId) is { } target && (executionId is null || target.Record.ExecutionId == executionId)
            ? target.Post(received, epoch)
            : Task.CompletedTask;

    public Task<HistoryHead?> FindHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        Writer.RetryAsync(instanceId, () => Store.FindHeadAsync(instanceId, cancellationToken), cancellationToken);

    /// <summary>Reads a history, a few at a time.</summary>
    public async Task<IReadOnlyList<HistoryStep>> LoadStepsAsync(HistoryHead head, CancellationToken cancellationToken)
    {
        await _loads.WaitAsync(cancellationToken);
        try
        {
            return await Writer.RetryAsync(head.InstanceId, () => Store.LoadStepsAsync(head, cancellationToken), cancellationToken);
        }
        finally
        {
            _loads.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The durable hub is owned by this process; {Count} unfinished instances carry on.")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Durable instance {InstanceId} cannot go on before the next start.")]
        public static partial void Broken(ILogger logger, string instanceId, Exception exception);
    }
}
