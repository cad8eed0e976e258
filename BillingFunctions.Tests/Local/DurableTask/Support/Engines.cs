using System.Text.Json;
using BillingFunctions.Local.DurableTask;
using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Local.DurableTask.Support;

/// <summary>The engines of one test, with a deadline for everything that is waited for.</summary>
internal sealed class Engines : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly List<DurableEngine> _engines = [];

    public HubData Data { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool ForceReplay { get; init; }

    public Task<DurableTaskClient> StartAsync(FakeFunctions functions, Fault? fault = null) =>
        StartAsync(functions, new MemoryHubStore(Data, fault));

    public async Task<DurableTaskClient> StartAsync(FakeFunctions functions, IHubStore store)
    {
        var engine = Create(functions, store);
        await engine.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline);
        return engine.Client;
    }

    public DurableEngine Create(FakeFunctions functions, IHubStore store, ProcessIdentity? process = null)
    {
        var engine = new DurableEngine(
            store, functions, Options() with { Process = process ?? ForgottenProcess() }, Time, NullLoggerFactory.Instance);
        _engines.Add(engine);
        return engine;
    }

    public DurableOptions Options() => new()
    {
        HubName = "TestHub",
        MaxConcurrentActivityFunctions = 32,
        MaxConcurrentOrchestratorFunctions = 16,
        ForceReplay = ForceReplay,
        StopGrace = TimeSpan.FromMilliseconds(10),
        OwnerTimeout = TimeSpan.FromSeconds(30),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }
    }

    // A process that nobody finds when he looks for it, so the next engine of the test takes over at once.
    private static ProcessIdentity ForgottenProcess() => ProcessIdentity.Current with { ProcessId = int.MaxValue };
}

internal static class ClientExtensions
{
    public static async Task<OrchestrationMetadata> EndAsync(this DurableTaskClient client, string instanceId) =>
        await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WaitAsync(Engines.Deadline);

    public static async Task<T> ResultAsync<T>(this DurableTaskClient client, string orchestrator, object? input = null, string? id = null)
    {
        var instanceId = await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id))
            .WaitAsync(Engines.Deadline);
        var end = await client.EndAsync(instanceId);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, JsonSerializer.Serialize(end.FailureDetails));
        return end.ReadOutputAs<T>()!;
    }

    /// <summary>Waits until the instance shows what is asked for.</summary>
    public static async Task<OrchestrationMetadata> UntilAsync(
        this DurableTaskClient client, string instanceId, Func<OrchestrationMetadata, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Engines.Deadline);
        while (true)
        {
            if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, deadline.Token) is { } found && condition(found))
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }
    }
}
