using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class OwnershipTests
{
    [Fact]
    public async Task Start_OwnerAlive_WaitsAndTakesOverWhenItStops()
    {
        await using var engines = new Engines();
        var first = engines.Create(Functions(), new MemoryHubStore(engines.Data), ProcessIdentity.Current);
        var second = engines.Create(Functions(), new MemoryHubStore(engines.Data), ProcessIdentity.Current);
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("one"));
        await second.StartAsync(TestContext.Current.CancellationToken);
        var raised = second.Client.RaiseEventAsync("one", "end", 4);
        Assert.False(raised.IsCompleted);

        await first.StopAsync(TestContext.Current.CancellationToken);

        await raised.WaitAsync(Engines.Deadline);
        Assert.Equal(4, (await second.Client.EndAsync("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Take_OwnerSilentForTooLong_TakesOver()
    {
        await using var engines = new Engines();
        var clock = new ManualTimeProvider();
        var elsewhere = ProcessIdentity.Current with { Machine = "elsewhere" };
        var silent = Lease(engines, clock, elsewhere);
        var waiting = Lease(engines, clock, ProcessIdentity.Current);
        Assert.True(await silent.TryTakeAsync(CancellationToken.None));

        Assert.False(await waiting.TryTakeAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(await waiting.TryTakeAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await waiting.TryTakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Take_OwnerProcessGone_TakesOverAtOnce()
    {
        await using var engines = new Engines();
        var dead = Lease(engines, TimeProvider.System, ProcessIdentity.Current with { StartedAt = DateTimeOffset.UnixEpoch });
        Assert.True(await dead.TryTakeAsync(CancellationToken.None));

        Assert.True(await Lease(engines, TimeProvider.System, ProcessIdentity.Current).TryTakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Commit_AfterAnotherTookOver_ChangesNothingAndWaitsAgain()
    {
        await using var engines = new Engines();
        var first = engines.Create(Functions(), new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("one"));
        await first.Client.WaitForInstanceStartAsync("one");

        // The second takes over although the first is alive: its process is not found.
        var second = await engines.StartAsync(Functions());
        await second.SuspendInstanceAsync("one").WaitAsync(Engines.Deadline);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Client.RaiseEventAsync("one", "end", 1).WaitAsync(Engines.Deadline));
        await second.ResumeInstanceAsync("one").WaitAsync(Engines.Deadline);
        await second.RaiseEventAsync("one", "end", 2).WaitAsync(Engines.Deadline);

        Assert.Equal(2, (await second.EndAsync("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Start_InstancesCannotBeRead_ThrowsAndLeavesTheHubFree()
    {
        await using var engines = new Engines();
        engines.Data.FailingLoads = 1;
        var engine = engines.Create(new FakeFunctions(), new MemoryHubStore(engines.Data));

        await Assert.ThrowsAsync<IOException>(() => engine.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Engines.Deadline));

        Assert.Null(engines.Data.Owner);
    }

    [Fact]
    public async Task TakeOver_InstancesCannotBeReadAtFirst_IsTriedAgain()
    {
        await using var engines = new Engines();
        var first = engines.Create(Functions(), new MemoryHubStore(engines.Data), ProcessIdentity.Current);
        var second = engines.Create(Functions(), new MemoryHubStore(engines.Data), ProcessIdentity.Current);
        await first.StartAsync(TestContext.Current.CancellationToken);
        await second.StartAsync(TestContext.Current.CancellationToken);
        var scheduled = second.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("one"));
        engines.Data.FailingLoads = 1;

        await first.StopAsync(TestContext.Current.CancellationToken);

        await scheduled.WaitAsync(Engines.Deadline);
        await second.Client.RaiseEventAsync("one", "end", 4).WaitAsync(Engines.Deadline);
        Assert.Equal(4, (await second.Client.EndAsync("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Commit_AnotherWroteWithoutTakingOver_TakesTheHubBackAtOnce()
    {
        await using var engines = new Engines();
        var engine = engines.Create(Functions(), new MemoryHubStore(engines.Data), ProcessIdentity.Current);
        await engine.StartAsync(TestContext.Current.CancellationToken);
        await engine.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("one"));
        await engine.Client.WaitForInstanceStartAsync("one");

        var owner = engines.Data.Owner!.Id;
        engines.Data.Heads["one"] = engines.Data.Heads["one"] with { Version = "another's", CommitId = Guid.NewGuid() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Client.RaiseEventAsync("one", "end", 1).WaitAsync(Engines.Deadline));

        await Poll.UntilAsync(() => Task.FromResult(engines.Data.Owner?.Id), id => id is not null && id != owner, Engines.Deadline);
        await engine.Client.RaiseEventAsync("one", "end", 2).WaitAsync(Engines.Deadline);
        Assert.Equal(2, (await engine.Client.EndAsync("one")).ReadOutputAs<int>());
    }

    private static OwnerLease Lease(Engines engines, TimeProvider clock, ProcessIdentity process) => new(
        new MemoryHubStore(engines.Data), engines.Options() with { RealTime = clock, Process = process }, NullLogger.Instance);

    private static FakeFunctions Functions() =>
        new FakeFunctions().Orchestrator("Waits", context => context.WaitForExternalEvent<int>("end"));
}
