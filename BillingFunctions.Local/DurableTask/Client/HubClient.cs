using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Client;

/// <summary>The client of a hub. Unfinished instances answer from memory, finished ones from storage.</summary>
internal sealed partial class HubClient(
    DurableEngine engine, IHubStore store, IDurableFunctions functions, TimeProvider time, TimeProvider realTime)
    : DurableTaskClient(engine.HubName)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        if (!functions.HasOrchestrator(orchestratorName))
        {
            throw new ArgumentException(
                $"The function '{orchestratorName}' doesn't exist, is disabled, or is not an orchestrator function.", nameof(orchestratorName));
        }

        var dedupe = DedupeRule.Read(options?.DedupeStatuses);
        var record = NewRecord(orchestratorName, input, options);
        InstanceIds.Check(record.InstanceId);
        var hub = await engine.HubAsync(cancellation);
        await hub.CreateAsync(record, dedupe).WaitAsync(cancellation);
        return record.InstanceId;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var found = await GetInstancesAsync(instanceId, cancellation)
            ?? throw new InvalidOperationException($"No instance with ID '{instanceId}' was found.");
        if (found.IsCompleted)
        {
            throw new InvalidOperationException(
                $"Cannot raise event {eventName} for orchestration instance {instanceId} because instance is in {found.RuntimeStatus} state");
        }

        await SendAsync(instanceId, new EventRaised(eventName, DurableJson.Converter.Serialize(eventPayload)), cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new Terminated(DurableJson.Converter.Serialize(options?.Output), options?.Recursive ?? false), cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new Suspended(reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new Resumed(reason), cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.Started, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.Completed, getInputsAndOutputs, cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var hub = await engine.HubAsync(cancellation);
        var record = hub.Find(instanceId)?.Snapshot ?? await store.FindInstanceAsync(instanceId, getInputsAndOutputs, cancellation);
        return record?.ToMetadata(getInputsAndOutputs);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The steps of the instance's present run; none if there is no such instance.</summary>
    internal async Task<IReadOnlyList<HistoryStep>> GetHistoryAsync(string instanceId, CancellationToken cancellation) =>
        await store.FindHeadAsync(instanceId, cancellation) is { } head ? await store.LoadStepsAsync(head, cancellation) : [];

    private InstanceRecord NewRecord(TaskName name, object? input, StartOrchestrationOptions? options)
    {
        var now = time.GetUtcNow();
        return new InstanceRecord
        {
            InstanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N"),
            Name = name,
            ExecutionId = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
            LastUpdatedAt = now,
            StartAt = options?.StartAt?.ToUniversalTime(),
            Input = DurableJson.Converter.Serialize(input),
        };
    }

    private async Task SendAsync(string instanceId, Received received, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var hub = await engine.HubAsync(cancellation);
        await hub.SendAsync(instanceId, received).WaitAsync(cancellation);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<LiveInstance, Task> reached, bool withPayloads, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            var hub = await engine.HubAsync(cancellation);
            if (hub.Find(instanceId) is { } live)
            {
                await UntilAsync(Task.WhenAny(reached(live), live.Retired), hub, cancellation);
                if (reached(live).IsCompleted)
                {
                    return live.Snapshot.ToMetadata(withPayloads);
                }
            }
            else if (await GetInstancesAsync(instanceId, withPayloads, cancellation) is { IsCompleted: true } finished)
            {
                return finished;
            }
            else
            {
                await Task.Delay(Poll, realTime, cancellation);
            }
        }
    }

    /// <summary>Waits for something that happens in a term of the hub, or for the end of the term.</summary>
    private static async Task UntilAsync(Task happens, Hub hub, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, hub.Ending);
        try
        {
            await happens.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The term is over; whoever waits asks again in the next one.
        }
    }
}
