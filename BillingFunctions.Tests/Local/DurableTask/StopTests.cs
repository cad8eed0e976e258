using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_ActivityEndsInTime_IsNotRunAgain()
    {
        await using var engines = new Engines();
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource<object?>();
        var functions = new FakeFunctions()
            .Activity<int>("Slow", (_, _) =>
            {
                started.TrySetResult();
                return gate.Task;
            })
            .Orchestrator("Calls", context => context.CallActivityAsync<int>("Slow", 1));
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Calls", null, new StartOrchestrationOptions("one"));
        await started.Task.WaitAsync(Engines.Deadline);

        gate.SetResult(3);
        await first.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, (await (await engines.StartAsync(functions)).EndAsync("one")).ReadOutputAs<int>());
        Assert.Equal(1, functions.Runs("Slow"));
    }

    [Fact]
    public async Task Stop_ActivityTakesTooLong_IsCanceledAndRunAgain()
    {
        await using var engines = new Engines();
        var started = new TaskCompletionSource();
        FakeFunctions functions = null!;
        functions = new FakeFunctions()
            .Activity<int>("Slow", async (_, cancellationToken) =>
            {
                started.TrySetResult();
                await Task.Delay(functions.Runs("Slow") == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, cancellationToken);
                return 3;
            })
            .Orchestrator("Calls", context => context.CallActivityAsync<int>("Slow", 1));
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Calls", null, new StartOrchestrationOptions("one"));
        await started.Task.WaitAsync(Engines.Deadline);

        await first.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Engines.Deadline);

        Assert.Equal(3, (await (await engines.StartAsync(functions)).EndAsync("one")).ReadOutputAs<int>());
        Assert.Equal(2, functions.Runs("Slow"));
    }

    [Fact]
    public async Task Stopping_ActivityFails_IsRunAgainAndNoAttemptSpent()
    {
        await using var engines = new Engines();
        using var host = new CancellationTokenSource();
        var failing = new TaskCompletionSource();
        var functions = new FakeFunctions { Stopping = host.Token };
        functions
            .Activity<int>("Frail", async (_, _) =>
            {
                if (functions.Runs("Frail") > 1)
                {
                    return 3;
                }

                await host.CancelAsync();
                failing.SetResult();
                throw new InvalidOperationException("What it needs is gone.");
            })
            .Orchestrator("Calls", context => context.CallActivityAsync<int>("Frail", 1));
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Calls", null, new StartOrchestrationOptions("one"));
        await failing.Task.WaitAsync(Engines.Deadline);

        await first.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Engines.Deadline);

        Assert.Equal(3, (await (await engines.StartAsync(functions.Restarted())).EndAsync("one")).ReadOutputAs<int>());
        Assert.Equal(2, functions.Runs("Frail"));
    }

    [Fact]
    public async Task Stopping_ActivityIsDue_IsNotBegun()
    {
        await using var engines = new Engines();
        using var host = new CancellationTokenSource();
        var functions = new FakeFunctions { Stopping = host.Token }
            .Activity<int>("Late", _ => 3)
            .Orchestrator("Calls", context => context.CallActivityAsync<int>("Late", 1));
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);

        await host.CancelAsync();
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Calls", null, new StartOrchestrationOptions("one"));
        await first.Client.WaitForInstanceStartAsync("one").WaitAsync(Engines.Deadline);
        await first.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Engines.Deadline);

        Assert.Equal(0, functions.Runs("Late"));
        Assert.Equal(3, (await (await engines.StartAsync(functions.Restarted())).EndAsync("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Start_StorageAway_Throws()
    {
        await using var engines = new Engines();
        var cut = new Fault(1, applied: false, kills: true);
        Assert.Throws<IOException>(cut.BeforeWrite);
        var engine = engines.Create(new FakeFunctions(), new MemoryHubStore(engines.Data, cut));

        await Assert.ThrowsAsync<IOException>(() => engine.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Engines.Deadline));
    }

    [Fact]
    public async Task Activities_MoreThanAllowed_NeverRunAtOnce()
    {
        await using var engines = new Engines();
        var (now, most) = (0, 0);
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Busy", async (_, cancellationToken) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
                Interlocked.Decrement(ref now);
                return null;
            })
            .Orchestrator("Many", context => Task.WhenAll(Enumerable.Range(0, 100).Select(i => context.CallActivityAsync("Busy", i)))));

        await client.ResultAsync<object?>("Many");

        Assert.InRange(most, 2, 32);
    }
}
