using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class DeterminismTests
{
    [Fact]
    public async Task Replay_CodeChangedActivity_FailsNamingBoth()
    {
        await using var engines = new Engines();
        var end = await ChangeCodeAsync(engines, context => context.CallActivityAsync("New", 1));

        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", end.FailureDetails!.ErrorType);
        Assert.Contains("the history has activity 'Old' as #0, but the code did activity 'New' as #0", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_CodeDoesMore_FailsNamingIt()
    {
        await using var engines = new Engines();
        var end = await ChangeCodeAsync(engines, context =>
            Task.WhenAll(context.CallActivityAsync("Old", 1), context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)));

        Assert.Contains("the history has nothing more in this step, but the code did timer as #1", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_CodeReturnsEarly_FailsNamingIt()
    {
        await using var engines = new Engines();
        var end = await ChangeCodeAsync(engines, _ => Task.CompletedTask);

        Assert.Contains("but the code did completion as #0", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_NothingDurable_FailsNamingTheRule()
    {
        await using var engines = new Engines();
        var never = new TaskCompletionSource();
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Awaits", _ => never.Task));

        var end = await client.EndAsync(await client.ScheduleNewOrchestrationInstanceAsync("Awaits", CancellationToken.None));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("An orchestrator may await only durable tasks", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Await_ForeignTaskBesideDurableOne_FailsNamingTheRule(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Awaits", async context =>
        {
            var waits = context.WaitForExternalEvent<int>("never");
            await foreign.Task;
            await waits;
        }));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Awaits", CancellationToken.None);
        await client.WaitForInstanceStartAsync(id);

        foreign.SetResult();

        Assert.Contains("may await only durable tasks", (await client.EndAsync(id)).FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Context_UsedFromAnotherThread_Throws()
    {
        await using var engines = new Engines();
        TaskOrchestrationContext? stolen = null;
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Leaks", async context =>
        {
            stolen = context;
            await context.WaitForExternalEvent<int>("never");
        }));
        await client.WaitForInstanceStartAsync(await client.ScheduleNewOrchestrationInstanceAsync("Leaks", CancellationToken.None));

        await Assert.ThrowsAsync<InvalidOperationException>(() => stolen!.CallActivityAsync("Any"));
    }

    /// <summary>Starts an instance with one code and lets the next engine go on with another.</summary>
    private static async Task<OrchestrationMetadata> ChangeCodeAsync(Engines engines, Func<TaskOrchestrationContext, Task> changed)
    {
        var never = new TaskCompletionSource<object?>();
        var before = new FakeFunctions()
            .Activity<int>("Old", (_, cancellationToken) => never.Task.WaitAsync(cancellationToken))
            .Orchestrator("Changes", context => context.CallActivityAsync("Old", 1));
        var first = engines.Create(before, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Changes", CancellationToken.None);
        await first.Client.WaitForInstanceStartAsync(id);
        await first.StopAsync(TestContext.Current.CancellationToken);

        var after = new FakeFunctions().Activity<int>("Old", input => input).Activity<int>("New", input => input).Orchestrator("Changes", changed);
        var client = await engines.StartAsync(after);
        return await client.EndAsync(id);
    }
}
