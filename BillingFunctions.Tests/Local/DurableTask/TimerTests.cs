using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class TimerTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory, InlineData(false), InlineData(true)]
    public async Task CreateTimer_OverAMonth_FiresWhenDue(bool forceReplay)
    {
        await using var engines = new Engines { Time = _clock, ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Month", async context =>
        {
            var start = context.CurrentUtcDateTime;
            for (var day = 0; day < 31; day++)
            {
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            }

            await context.CreateTimer(TimeSpan.FromDays(60), CancellationToken.None);
            return (context.CurrentUtcDateTime - start).TotalDays;
        }));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Month", CancellationToken.None);

        Assert.Equal(91, (await AdvanceToEndAsync(client, id)).ReadOutputAs<double>());
    }

    [Fact]
    public async Task CreateTimer_EngineStoppedMeanwhile_FiresAtTheNextStart()
    {
        await using var engines = new Engines { Time = _clock };
        var functions = new FakeFunctions().Orchestrator("Waits", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });
        var first = engines.Create(functions, new MemoryHubStore(engines.Data));
        await first.StartAsync(TestContext.Current.CancellationToken);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Waits", CancellationToken.None);
        await first.Client.WaitForInstanceStartAsync(id);
        await first.StopAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromDays(5));
        var client = await engines.StartAsync(functions);

        Assert.Equal(new DateTime(2026, 3, 6, 0, 0, 0, DateTimeKind.Utc), (await client.EndAsync(id)).ReadOutputAs<DateTime>());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task WaitForExternalEvent_TimesOutOrNot_TakesTheOtherBack(bool forceReplay)
    {
        await using var engines = new Engines { Time = _clock, ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Waits", async context =>
        {
            var first = await context.WaitForExternalEvent<int>("number", TimeSpan.FromDays(1));
            context.SetCustomStatus("second");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => context.WaitForExternalEvent<int>("number", TimeSpan.FromDays(1)));
            return first + await context.WaitForExternalEvent<int>("number");
        }));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Waits", CancellationToken.None);
        await client.RaiseEventAsync(id, "number", 1);
        await client.UntilAsync(id, found => found.SerializedCustomStatus == "\"second\"");
        Assert.Equal(_clock.GetUtcNow().AddDays(1), _clock.NextTimer);

        _clock.Advance(TimeSpan.FromDays(1));
        await client.RaiseEventAsync(id, "number", 2);

        Assert.Equal(3, (await client.EndAsync(id)).ReadOutputAs<int>());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task RetryPolicy_FailsTwice_WaitsLongerEachTime(bool forceReplay)
    {
        await using var engines = new Engines { Time = _clock, ForceReplay = forceReplay };
        var attempts = new List<DateTimeOffset>();
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Flaky", _ =>
            {
                attempts.Add(_clock.GetUtcNow());
                return attempts.Count < 4 ? throw new TimeoutException() : attempts.Count;
            })
            .Orchestrator("Retries", context => context.CallActivityAsync<int>(
                "Flaky", 0, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromMinutes(1), 10, maxRetryInterval: TimeSpan.FromMinutes(30))))));
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Retries", CancellationToken.None);

        Assert.Equal(4, (await AdvanceToEndAsync(client, id)).ReadOutputAs<int>());
        Assert.Equal([0, 1, 11, 41], attempts.Select(at => (at - attempts[0]).TotalMinutes));
    }

    [Fact]
    public async Task RetryPolicy_AttemptsSpent_TaskFails()
    {
        await using var engines = new Engines { Time = _clock };
        var functions = new FakeFunctions()
            .Activity<int>("Fail", _ => throw new FormatException("no"))
            .Orchestrator("Retries", context => context.CallActivityAsync(
                "Fail", 0, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1)))));
        var client = await engines.StartAsync(functions);

        var end = await AdvanceToEndAsync(client, await client.ScheduleNewOrchestrationInstanceAsync("Retries", CancellationToken.None));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(3, functions.Runs("Fail"));
    }

    [Fact]
    public async Task StartAt_InFuture_StaysPendingAndKeepsEvents()
    {
        await using var engines = new Engines { Time = _clock };
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Later", async context =>
            $"{context.CurrentUtcDateTime:MM-dd} {await context.WaitForExternalEvent<int>("number")}"));
        var id = await client.ScheduleNewOrchestrationInstanceAsync(
            "Later", null, new StartOrchestrationOptions(StartAt: _clock.GetUtcNow().AddDays(2)));
        await client.RaiseEventAsync(id, "number", 7);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await client.GetInstanceAsync(id))!.RuntimeStatus);

        _clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal("03-03 7", (await client.EndAsync(id)).ReadOutputAs<string>());
    }

    private async Task<OrchestrationMetadata> AdvanceToEndAsync(DurableTaskClient client, string id) => await client.UntilAsync(id, found =>
    {
        if (_clock.NextTimer is { } next && !found.IsCompleted)
        {
            _clock.Advance(next - _clock.GetUtcNow());
        }

        return found.IsCompleted;
    });
}
