using System.Collections.Concurrent;
using BillingFunctions.Local.DurableTask;
using Microsoft.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask.Support;

/// <summary>Functions that a test writes down as lambdas; counts how often each activity ran.</summary>
internal sealed class FakeFunctions : IDurableFunctions
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = [];
    private readonly Dictionary<string, Func<string?, CancellationToken, Task<object?>>> _activities = [];
    private readonly ConcurrentDictionary<string, int> _runs = new();

    public FakeFunctions()
    {
    }

    private FakeFunctions(FakeFunctions same) => (_orchestrators, _activities, _runs) = (same._orchestrators, same._activities, same._runs);

    public CancellationToken Stopping { get; init; }

    public FakeFunctions Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> run)
    {
        _orchestrators[name] = async context => await run(context);
        return this;
    }

    public FakeFunctions Orchestrator(string name, Func<TaskOrchestrationContext, Task> run)
    {
        _orchestrators[name] = async context =>
        {
            await run(context);
            return null;
        };
        return this;
    }

    public FakeFunctions Activity<TInput>(string name, Func<TInput?, CancellationToken, Task<object?>> run)
    {
        _activities[name] = (json, cancellationToken) => run(DurableJson.Converter.Deserialize<TInput>(json), cancellationToken);
        return this;
    }

    public FakeFunctions Activity<TInput>(string name, Func<TInput?, object?> run) =>
        Activity<TInput>(name, (input, _) => Task.FromResult(run(input)));

    /// <summary>The same functions for a host that has just started.</summary>
    public FakeFunctions Restarted() => new(this);

    public int Runs(string activity) => _runs.GetValueOrDefault(activity);

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public Task<object?> RunOrchestratorAsync(string name, TaskOrchestrationContext context) => _orchestrators[name](context);

    public Task<object?> RunActivityAsync(string name, string instanceId, string? inputJson, CancellationToken cancellationToken)
    {
        _runs.AddOrUpdate(name, 1, (_, count) => count + 1);
        return _activities[name](inputJson, cancellationToken);
    }
}
