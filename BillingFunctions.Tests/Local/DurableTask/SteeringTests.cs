using BillingFunctions.Tests.Local.DurableTask.Support;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>What clients can do to instances.</summary>
public sealed class SteeringTests
{
    [Fact]
    public async Task Terminate_WhileActivityRuns_EndsAtOnceAndDropsItsResult()
    {
        await using var engines = new Engines();
        var gate = new TaskCompletionSource<object?>();
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Slow", (_, _) => gate.Task)
            .Orchestrator("Calls", context => context.CallActivityAsync("Slow", 1)));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Calls", CancellationToken.None);
        await client.WaitForInstanceStartAsync(id);

        await client.TerminateInstanceAsync(id, "enough");
        gate.SetResult(1);

        var end = await client.EndAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.ReadOutputAs<string>());
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Terminate_WithChildren_EndsThemIfRecursive(bool recursive)
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions()
            .Orchestrator("Child", context => context.WaitForExternalEvent<int>("end"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync("Child", null, new TaskOptions().WithInstanceId("child"))));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Parent", CancellationToken.None);
        await client.UntilAsync("child", child => child.IsRunning);

        await client.TerminateInstanceAsync(id, new TerminateInstanceOptions(null, recursive));
        await client.EndAsync(id);

        if (!recursive)
        {
            await client.RaiseEventAsync("child", "end", 1);
        }

        var expected = recursive ? OrchestrationRuntimeStatus.Terminated : OrchestrationRuntimeStatus.Completed;
        Assert.Equal(expected, (await client.EndAsync("child")).RuntimeStatus);
    }

    [Fact]
    public async Task Terminate_Child_FailsItsParent()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions()
            .Orchestrator("Child", context => context.WaitForExternalEvent<int>("end"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync("Child", null, new TaskOptions().WithInstanceId("child"))));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Parent", CancellationToken.None);
        await client.UntilAsync("child", child => child.IsRunning);

        await client.TerminateInstanceAsync("child");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await client.EndAsync(id)).RuntimeStatus);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Suspend_ThenResume_KeepsWhatCameMeanwhile(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Waits", async context =>
            await context.WaitForExternalEvent<int>("a") + await context.WaitForExternalEvent<int>("b")));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Waits", CancellationToken.None);
        await client.WaitForInstanceStartAsync(id);

        await client.SuspendInstanceAsync(id, "hold");
        await client.RaiseEventAsync(id, "a", 1);
        await client.RaiseEventAsync(id, "b", 2);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await client.GetInstanceAsync(id))!.RuntimeStatus);
        await client.ResumeInstanceAsync(id);

        Assert.Equal(3, (await client.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Suspended_EngineRestarted_StaysSuspendedAndLosesNothing()
    {
        await using var engines = new Engines();
        var functions = new FakeFunctions().Orchestrator("Waits", context => context.WaitForExternalEvent<int>("a"));
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Waits", CancellationToken.None);
        await first.Client.SuspendInstanceAsync(id);
        await first.Client.RaiseEventAsync(id, "a", 5);
        await first.StopAsync(TestContext.Current.CancellationToken);

        var client = await engines.StartAsync(functions);
        await client.UntilAsync(id, found => found.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await client.ResumeInstanceAsync(id);

        Assert.Equal(5, (await client.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Schedule_IdRunning_ThrowsAlreadyExists()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());
        await client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, new StartOrchestrationOptions("one"));

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => client.ScheduleNewOrchestrationInstanceAsync("Waits", 2, new StartOrchestrationOptions("one")));
        Assert.Equal(1, (await client.GetInstanceAsync("one", true))!.ReadInputAs<int>());
    }

    [Fact]
    public async Task Schedule_ManyWithOneId_OnlyOneStarts()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());

        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await client.ScheduleNewOrchestrationInstanceAsync("Waits", i, new StartOrchestrationOptions("one"));
                return true;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return false;
            }
        }));

        Assert.Single(starts, started => started);
    }

    [Fact]
    public async Task Schedule_IdFinished_IsReplacedUnlessDeduped()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Echo", context => Task.FromResult(context.GetInput<int>())));
        Assert.Equal(1, await client.ResultAsync<int>("Echo", 1, "one"));
        Assert.Equal(2, await client.ResultAsync<int>("Echo", 2, "one"));

        var options = new StartOrchestrationOptions("one").WithDedupeStatuses(
            OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => client.ScheduleNewOrchestrationInstanceAsync("Echo", 3, options));
    }

    [Fact]
    public async Task Schedule_IdRunningAndReusable_TerminatesAndReplaces()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());
        await client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, new StartOrchestrationOptions("one"));

        await client.ScheduleNewOrchestrationInstanceAsync("Waits", 2, new StartOrchestrationOptions("one").WithDedupeStatuses());
        await client.RaiseEventAsync("one", "end", 9);

        var end = await client.EndAsync("one");
        Assert.Equal((2, 9), (end.ReadInputAs<int>(), end.ReadOutputAs<int>()));
    }

    [Theory, InlineData("@a"), InlineData("a/b"), InlineData("a#"), InlineData("a?b"), InlineData("a\\b"), InlineData("a\u0001")]
    public async Task Schedule_BadId_Throws(string id)
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());

        await Assert.ThrowsAsync<ArgumentException>(
            () => client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, new StartOrchestrationOptions(id)));
    }

    [Fact]
    public async Task Schedule_BadDedupeOrName_Throws()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());
        var impossible = new StartOrchestrationOptions("one").WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated);

        await Assert.ThrowsAsync<ArgumentException>(() => client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, impossible));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ScheduleNewOrchestrationInstanceAsync("Nobody", CancellationToken.None));
    }

    [Fact]
    public async Task RaiseEvent_NobodyThere_Throws()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.RaiseEventAsync("nobody", "end", 1).WaitAsync(Engines.Deadline));
    }

    [Fact]
    public async Task RaiseEvent_InstanceHasEnded_Throws()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());
        await client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, new StartOrchestrationOptions("one"));
        await client.RaiseEventAsync("one", "end", 1);
        await client.EndAsync("one");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.RaiseEventAsync("one", "end", 2).WaitAsync(Engines.Deadline));

        Assert.Contains("is in Completed state", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_NobodyThere_IsDropped()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());

        await client.TerminateInstanceAsync("nobody").WaitAsync(Engines.Deadline);
    }

    [Fact]
    public async Task RaiseEvent_ManyAtOnce_EachCountsOnce()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Sums", async context =>
        {
            var sum = 0;
            for (var i = 0; i < 200; i++)
            {
                sum += await context.WaitForExternalEvent<int>("number");
            }

            return sum;
        }));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Sums", CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => client.RaiseEventAsync(id, "number", i)));

        Assert.Equal(20_100, (await client.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Purge_FinishedWithChildren_TakesThemAlongIfRecursive()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions()
            .Orchestrator("Child", _ => Task.FromResult(1))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync("Child", null, new TaskOptions().WithInstanceId("child"))));
        await client.ScheduleNewOrchestrationInstanceAsync("Parent", null, new StartOrchestrationOptions("parent"));
        await client.EndAsync("parent");

        Assert.Equal(2, (await client.PurgeInstanceAsync("parent", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Empty(engines.Data.Instances);
        Assert.Empty(engines.Data.Lines);
        Assert.Equal(0, (await client.PurgeInstanceAsync("parent")).PurgedInstanceCount);
    }

    [Fact]
    public async Task Purge_Running_DoesNothing()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(Waiting());
        await client.ScheduleNewOrchestrationInstanceAsync("Waits", 1, new StartOrchestrationOptions("one"));

        Assert.Equal(0, (await client.PurgeInstanceAsync("one")).PurgedInstanceCount);
        Assert.NotNull(await client.GetInstanceAsync("one"));
    }

    private static FakeFunctions Waiting() =>
        new FakeFunctions().Orchestrator("Waits", context => context.WaitForExternalEvent<int>("end"));
}
