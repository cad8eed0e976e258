using BillingFunctions.Local.Functions.Timers;
using BillingFunctions.Local.Hosting;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Timers;

/// <summary>What is wrong with a timer function is said at start, and where a schedule stands follows from what was written.</summary>
public sealed class TimerStartTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 2, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(typeof(FiveFields), "Function FiveFields: */5 * * * * is no schedule; it has six fields: ")]
    [InlineData(typeof(Never), "Function Never: the schedule 0 0 6 30 2 * is never due.")]
    [InlineData(typeof(NoSetting), "Function NoSetting: the setting Timers:Missing that %Timers:Missing% refers to is not set.")]
    [InlineData(typeof(NoTimerInfo), "Function NoTimerInfo: parameter timer of type DateTime cannot be bound.")]
    public async Task Start_FunctionThatCannotRun_StopsWithItsName(Type functions, string message)
    {
        var settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.NewAccount() };

        var exception = await Assert.ThrowsAsync<StartupException>(() => TestApp.StartAsync([functions], settings: settings));

        Assert.StartsWith(message, exception.Message);
    }

    [Theory]
    [InlineData(null, "A timer needs storage: set AzureWebJobsStorage to a connection string.")]
    [InlineData("AccountName=x", "A timer needs storage: AzureWebJobsStorage is not right. ")]
    public async Task Start_NoStorage_StopsWithTheSettingsName(string? connection, string message)
    {
        var settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = connection, ["Timers:Daily"] = "0 0 6 * * *" };

        var exception = await Assert.ThrowsAsync<StartupException>(() => TestApp.StartAsync<Daily>(settings: settings));

        Assert.StartsWith(message, exception.Message);
    }

    [Fact]
    public async Task Lines_TimerFunction_ShowsItsSchedule()
    {
        var settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.NewAccount(), ["Timers:Daily"] = "0 0 6 * * *" };
        await using var app = await TestApp.StartAsync<Daily>(settings: settings);

        var lines = app.Host.Services.GetRequiredService<Banner>().Lines(new Uri("http://127.0.0.1:1"), []);

        Assert.Contains("    Daily: timerTrigger 0 0 6 * * *", lines);
    }

    [Fact]
    public void AtStart_NothingStored_BeginsNow() => AssertStatus(null, "12:02 12:05", past: false);

    [Fact]
    public void AtStart_NeverRanAndMissed_IsPastDue() =>
        AssertStatus(new ScheduleStatus { LastUpdated = At(11, 58), Next = At(12, 0) }, "11:58 12:00", past: true);

    [Fact]
    public void AtStart_RanAndMissed_IsPastDue() =>
        AssertStatus(new ScheduleStatus { Last = At(10, 0), LastUpdated = At(10, 0), Next = At(10, 5) }, "10:00 10:05", past: true);

    [Fact]
    public void AtStart_ScheduleChangedAndOldOneMissed_IsNotPastDue() =>
        AssertStatus(new ScheduleStatus { Last = At(10, 0), LastUpdated = At(10, 0), Next = At(10, 30) }, "12:02 12:05", past: false);

    [Fact]
    public void AtStart_ScheduleChangedAndNewOneIsNotDueYet_CountsFromTheLastRun() =>
        AssertStatus(new ScheduleStatus { Last = At(12, 1), LastUpdated = At(12, 1), Next = At(12, 30) }, "12:01 12:05", past: false);

    [Theory]
    [InlineData("0 0 6 2 * *", "2026-03-02T06:00:00")]
    [InlineData("*/10 * * * * *", "2026-03-01T12:02:10")]
    [InlineData("0 30 9 * * Mon-Fri", "2026-03-02T09:30:00")]
    public void Next_SixFields_IsTheFirstTimeAfter(string expression, string next)
    {
        var schedule = TimerSchedule.Parse(expression, Now, "Test");

        Assert.Equal($"{next}.0000000+00:00", schedule.Next(Now).ToString("o"));
    }

    private static void AssertStatus(ScheduleStatus? stored, string expected, bool past)
    {
        var status = ScheduleMonitor.AtStart(TimerSchedule.Parse("0 */5 * * * *", Now, "Test"), stored, Now);

        Assert.Equal(expected, $"{status.LastUpdated:HH:mm} {status.Next:HH:mm}");
        Assert.Equal(past, status.Next < Now.UtcDateTime);
    }

    private static DateTime At(int hour, int minute) => new(2026, 3, 1, hour, minute, 0, DateTimeKind.Utc);

    public sealed class FiveFields
    {
        [Function("FiveFields")]
        public void Run([TimerTrigger("*/5 * * * *")] TimerInfo timer) => Assert.NotNull(timer);
    }

    public sealed class Never
    {
        [Function("Never")]
        public void Run([TimerTrigger("0 0 6 30 2 *")] TimerInfo timer) => Assert.NotNull(timer);
    }

    public sealed class NoSetting
    {
        [Function("NoSetting")]
        public void Run([TimerTrigger("%Timers:Missing%")] TimerInfo timer) => Assert.NotNull(timer);
    }

    public sealed class NoTimerInfo
    {
        [Function("NoTimerInfo")]
        public void Run([TimerTrigger("0 0 6 * * *")] DateTime timer) => Assert.NotEqual(default, timer);
    }

    public sealed class Daily
    {
        [Function("Daily")]
        public void Run([TimerTrigger("%Timers:Daily%")] TimerInfo timer) => Assert.NotNull(timer);
    }
}
