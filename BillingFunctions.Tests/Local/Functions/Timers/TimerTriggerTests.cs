using System.Globalization;
using System.Text.Json;
using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Local.DurableTask.Store;
using BillingFunctions.Local.Functions.Timers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Local.Functions.Timers;

/// <summary>Functions on a schedule, over a real storage emulator and with a clock that the test moves; it starts at 2026-03-01 00:00.</summary>
public sealed class TimerTriggerTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TimerRig _rig = new(azurite.NewAccount());

    [Fact]
    public async Task Timer_Due_RunsOnceAndSaysWhereTheScheduleStands()
    {
        await using var app = await _rig.StartAsync<EveryFiveMinutes>();

        await _rig.PassAsync("00:05:00");
        await _rig.PassAsync("00:10:00");
        await _rig.WaitingForAsync("00:15:00");

        Assert.Equal(["app 00:05:00 on time, last never, next 00:05:00", "app 00:10:00 on time, last 00:05:00, next 00:10:00"], _rig.Notes);
    }

    [Fact]
    public async Task Timer_Ran_IsWrittenDownWhereTheVendorDoes()
    {
        await using var app = await _rig.StartAsync<EveryFiveMinutes>();
        await _rig.PassAsync("00:05:00");
        await _rig.WaitingForAsync("00:10:00");

        var blob = _rig.Container.GetBlobClient($"timers/{TimerRig.HostId}/Host.Functions.Five/status");
        var status = JsonDocument.Parse((await blob.DownloadContentAsync()).Value.Content).RootElement;

        Assert.Equal("2026-03-01T00:05:00Z", status.GetProperty("Last").GetString());
        Assert.Equal("2026-03-01T00:10:00Z", status.GetProperty("Next").GetString());
        Assert.Equal("2026-03-01T00:05:00Z", status.GetProperty("LastUpdated").GetString());
    }

    [Fact]
    public async Task Restart_RunsMissed_RunsOncePastDue()
    {
        await using (await _rig.StartAsync<EveryFiveMinutes>())
        {
            await _rig.WaitingForAsync("00:05:00");
        }

        _rig.Clock.Advance(TimeSpan.FromMinutes(62));
        await using var app = await _rig.StartAsync<EveryFiveMinutes>("again");
        await _rig.WaitingForAsync("01:05:00");
        _rig.Clock.Advance(TimeSpan.FromMinutes(3));
        await _rig.WaitingForAsync("01:10:00");

        Assert.Equal(["again 01:02:00 past due, last never, next 00:05:00", "again 01:05:00 on time, last 01:02:00, next 01:05:00"], _rig.Notes);
    }

    [Fact]
    public async Task Restart_NothingMissed_RunsNothing()
    {
        await using (await _rig.StartAsync<EveryFiveMinutes>())
        {
            await _rig.PassAsync("00:05:00");
            await _rig.NotedAsync(1);
        }

        await using var app = await _rig.StartAsync<EveryFiveMinutes>("again");
        await _rig.WaitingForAsync("00:10:00");

        Assert.StartsWith("app 00:05:00", Assert.Single(_rig.Notes));
    }

    [Fact]
    public async Task TwoApps_OneStorage_EachDueTimeRunsInOneAndTheOtherTakesOver()
    {
        await using var first = await _rig.StartAsync<EveryFiveMinutes>("first");
        await _rig.WaitingForAsync("00:05:00");
        await using var second = await _rig.StartAsync<EveryFiveMinutes>("second");

        _rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await _rig.WaitingForAsync("00:10:00");
        await first.Host.StopAsync();
        // Nothing but the end of the first app's grace period comes before.
        _rig.Clock.Advance(TimeSpan.FromSeconds(10));
        await _rig.PassAsync("00:10:00");
        await _rig.NotedAsync(2);

        Assert.Equal(["first 00:05:00", "second 00:10:00"], _rig.Notes.Select(note => note[..note.IndexOf(" on", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Start_ThePreviousProcessWasKilled_TakesOverAndMakesUpForItsRun()
    {
        await using (await _rig.StartAsync<EveryFiveMinutes>())
        {
            await _rig.WaitingForAsync("00:05:00");
        }

        var gone = ProcessIdentity.Current with { ProcessId = int.MaxValue };
        await new TimerStore(_rig.Container, TimerRig.HostId).TryWriteOwnerAsync(
            new OwnerRecord("gone", gone.Machine, gone.ProcessId, gone.StartedAt, 0, null), TestContext.Current.CancellationToken);
        _rig.Clock.Advance(TimeSpan.FromMinutes(6));
        await using var app = await _rig.StartAsync<EveryFiveMinutes>("heir");

        Assert.StartsWith("heir 00:06:00 past due", Assert.Single(await _rig.NotedAsync(1)));
    }

    [Fact]
    public async Task Timer_RunOnStartup_RunsAtStartAndOnTime()
    {
        await using var app = await _rig.StartAsync<AtStartToo>();
        await _rig.PassAsync("00:05:00");
        await _rig.WaitingForAsync("00:10:00");

        Assert.Equal(["app 00:00:00 on time, last never, next 00:05:00", "app 00:05:00 on time, last 00:00:00, next 00:05:00"], _rig.Notes);
    }

    [Fact]
    public async Task Timer_WithoutMonitorOrEveryFewSeconds_HasNoStatusAndMissesRuns()
    {
        await using (await _rig.StartAsync<Unmonitored>())
        {
            await _rig.WaitingForAsync("00:00:10");
            _rig.Clock.Advance(TimeSpan.FromSeconds(10));
            await _rig.WaitingForAsync("00:00:20");
        }

        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await using var app = await _rig.StartAsync<Unmonitored>("again");
        await _rig.WaitingForAsync("02:00:20");

        Assert.Equal(["app 00:00:10 on time"], _rig.Notes);
        Assert.False(await _rig.Container.GetBlobClient($"timers/{TimerRig.HostId}/Host.Functions.Often/status").ExistsAsync());
    }

    [Fact]
    public async Task Timer_FunctionFails_RunsAgainAtTheNextTime()
    {
        await using var app = await _rig.StartAsync<Failing>();
        await _rig.PassAsync("00:05:00");
        await _rig.PassAsync("00:10:00");
        await _rig.WaitingForAsync("00:15:00");

        Assert.Equal(["app run", "app run"], _rig.Notes);
        Assert.Equal(2, app.Log.Errors.Count(error => error.Message.StartsWith("Function Failing, invocation ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_FunctionOutlivesTheGracePeriod_CountsAsARun()
    {
        await using (var app = await _rig.StartAsync<Endless>())
        {
            await _rig.PassAsync("00:05:00");
            await _rig.NotedAsync(1);
            var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
            _rig.Clock.Advance(TimeSpan.FromSeconds(10));
            await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        }

        await using var next = await _rig.StartAsync<EndlessOnce>("next");
        await _rig.PassAsync("00:10:00");

        Assert.Equal(["app started False", "next started False"], await _rig.NotedAsync(2));
    }

    [Fact]
    public async Task Timer_DueInMonths_WaitsInStepsAndRunsOnItsDay()
    {
        _rig.Settings["Timers:Yearly"] = "0 0 6 2 6 *";
        await using var app = await _rig.StartAsync<FromSetting>();

        foreach (var step in new[] { "03-25 00:00", "04-18 00:00", "05-12 00:00", "06-02 06:00" })
        {
            await Drivers.Poll.UntilAsync(() => Task.FromResult($"{_rig.Clock.NextTimer:MM-dd HH:mm}"), next => next == step);
            Assert.Empty(_rig.Notes);
            _rig.Clock.Advance(_rig.Clock.NextTimer!.Value - _rig.Clock.GetUtcNow());
        }

        Assert.Equal(["app 2026-06-02"], await _rig.NotedAsync(1));
    }

    private static string Describe(TimeProvider clock, TimerInfo timer) =>
        $"{clock.GetUtcNow():HH:mm:ss} {(timer.IsPastDue ? "past due" : "on time")}" + (timer.ScheduleStatus is { } status
            ? $", last {(status.Last == default ? "never" : Time(status.Last))}, next {Time(status.Next)}"
            : string.Empty);

    private static string Time(DateTime time) => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public sealed class EveryFiveMinutes(Notebook notes, TimeProvider clock)
    {
        [Function("Five")]
        public void Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer) => notes.Note(Describe(clock, timer));
    }

    public sealed class AtStartToo(Notebook notes, TimeProvider clock)
    {
        [Function("AtStart")]
        public void Run([TimerTrigger("0 */5 * * * *", RunOnStartup = true)] TimerInfo timer) => notes.Note(Describe(clock, timer));
    }

    public sealed class Unmonitored(Notebook notes, TimeProvider clock)
    {
        [Function("Often")]
        public void Often([TimerTrigger("*/10 * * * * *")] TimerInfo timer) => notes.Note(Describe(clock, timer));

        [Function("Hourly")]
        public void Hourly([TimerTrigger("0 30 * * * *", UseMonitor = false)] TimerInfo timer) => notes.Note(Describe(clock, timer));
    }

    public sealed class Failing(Notebook notes)
    {
        [Function("Failing")]
        public void Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer)
        {
            Assert.False(timer.IsPastDue);
            notes.Note("run");
            throw new InvalidOperationException();
        }
    }

    public sealed class Endless(Notebook notes)
    {
        [Function("Endless")]
        public async Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
        {
            notes.Note($"started {timer.IsPastDue}");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    public sealed class EndlessOnce(Notebook notes)
    {
        [Function("Endless")]
        public void Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer) => notes.Note($"started {timer.IsPastDue}");
    }

    public sealed class FromSetting(Notebook notes, TimeProvider clock)
    {
        [Function("FromSetting")]
        public void Run([TimerTrigger("%Timers:Yearly%")] TimerInfo timer)
        {
            Assert.NotNull(timer.ScheduleStatus);
            notes.Note($"{clock.GetUtcNow():yyyy-MM-dd}");
        }
    }
}
