using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>The context of one run of an orchestrator: collects its decisions and completes its tasks.</summary>
internal sealed partial class OrchestrationContext(OrchestrationStart start, DeterministicScheduler scheduler, ILoggerFactory loggerFactory)
    : TaskOrchestrationContext
{
    private readonly DataConverter _converter = DurableJson.Converter;
    private readonly EventInbox _events = new(DurableJson.Converter, scheduler);
    private readonly Dictionary<int, IOpenTask> _open = [];
    private readonly List<Decision> _decisions = [];
    private DateTimeOffset _now;
    private bool _replaying;
    private int _nextId;
    private int _guids;
    private string? _customStatus;
    private (string? Input, bool KeepEvents)? _continuation;

    public override TaskName Name => start.Name;

    public override string InstanceId => start.InstanceId;

    public override ParentOrchestrationInstance? Parent => start.Parent;

    public override DateTime CurrentUtcDateTime => _now.UtcDateTime;

    public override bool IsReplaying => _replaying;

    protected override ILoggerFactory LoggerFactory => loggerFactory;

    public override T? GetInput<T>()
        where T : default => _converter.Deserialize<T>(start.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckCall(input, options);
        var json = _converter.Serialize(input);
        return RetryLoop.RunAsync(this, options?.Retry?.Policy, () => Open<TResult>(name, id => new ActivityScheduled(id, name, json)));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckCall(input, options);
        var json = _converter.Serialize(input);
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        InstanceIds.Check(instanceId);
        return RetryLoop.RunAsync(
            this,
            options?.Retry?.Policy,
            () => Open<TResult>(orchestratorName, id => new SubOrchestrationScheduled(id, orchestratorName, instanceId, json)));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var id = _nextId;
        var timer = OpenCore<object?>("timer", new TimerCreated(_nextId++, new DateTimeOffset(fireAt.ToUniversalTime())));
        cancellationToken.Register(() => CancelTimer(id, timer, cancellationToken));
        return timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        CheckThread();
        return _events.Wait<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        _decisions.Add(new EventSent(_nextId++, instanceId, eventName, _converter.Serialize(payload)));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        _customStatus = _converter.Serialize(customStatus) ?? string.Empty;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        CheckThread();
        _continuation = (_converter.Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        CheckThread();

        // The run is part of the name: two runs may begin at the same instant of a clock that stands still.
        var name = $"{start.ExecutionId}_{start.Epoch}_{_guids++}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
    }

    private Task<T> Open<T>(string name, Func<int, Decision> decide)
    {
        CheckThread();
        return OpenCore<T>(name, decide(_nextId++)).Task;
    }

    private OpenTask<T> OpenCore<T>(string name, Decision decision)
    {
        var open = new OpenTask<T>(name, decision.Id, _converter);
        _open.Add(decision.Id, open);
        _decisions.Add(decision);
        return open;
    }

    private void CancelTimer(int id, OpenTask<object?> timer, CancellationToken cancellationToken)
    {
        if (scheduler.CheckPlaying() && _open.Remove(id))
        {
            _decisions.Add(new TimerCanceled(id));
            timer.Cancel(cancellationToken);
        }
    }

    private void CheckCall(object? input, TaskOptions? options)
    {
        CheckThread();
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException("TaskOptions were given as the input. Pass them as the options.", nameof(input));
        }
    }

    private void CheckThread()
    {
        if (!scheduler.IsPlaying)
        {
            throw new InvalidOperationException(OrchestratorRules.NonDurableAwait);
        }
    }
}
