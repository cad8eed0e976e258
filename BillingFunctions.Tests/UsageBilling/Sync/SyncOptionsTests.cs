using System.Globalization;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Tests.UsageBilling.Sync;

public sealed class SyncOptionsTests
{
    [Fact]
    public void Defaults_AreAllowedAndThoseOfTheDocumentation()
    {
        var options = new SyncOptions();

        Assert.True(new SyncOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal((SyncSchedule.Adaptive, 1000, 95, 250, Finalization.Draft), (options.Schedule, options.GroupAbove, options.RealTimeBound, options.MaxLinesPerInvoice, options.Finalization));
        Assert.Equal(new DailyWindow(new TimeOnly(0, 0), new TimeOnly(4, 0)), options.DailyWindow);
    }

    [Fact]
    public void GroupAbove_BelowTheOtherBound_BringsThatDown()
    {
        var options = new SyncOptions { GroupAbove = 20 };

        Assert.True(new SyncOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(20, options.RealTimeBound);
    }

    [Theory]
    [InlineData("realtime", "finalize", SyncSchedule.Realtime, Finalization.Finalize)]
    [InlineData("Scheduled", "SEND", SyncSchedule.Scheduled, Finalization.Send)]
    [InlineData("adaptive", "draft", SyncSchedule.Adaptive, Finalization.Draft)]
    internal void Read_Names_InAnyCase(string mode, string finalize, SyncSchedule schedule, Finalization finalization)
    {
        var options = new SyncOptions { Mode = mode, Finalize = finalize };

        Assert.True(new SyncOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal((schedule, finalization), (options.Schedule, options.Finalization));
    }

    [Theory]
    [InlineData("Mode", "grouped")]
    [InlineData("Mode", "1")]
    [InlineData("Mode", "adaptive,realtime")]
    [InlineData("GroupAbove", "0")]
    [InlineData("GroupAbove", "1000001")]
    [InlineData("RealTimeBelow", "0")]
    [InlineData("RealTimeBelow", "1001")]
    [InlineData("MaxLinesPerInvoice", "0")]
    [InlineData("MaxLinesPerInvoice", "10001")]
    [InlineData("Finalize", "yes")]
    [InlineData("Window", "00:00")]
    [InlineData("Window", "00:00-00:00")]
    [InlineData("Window", "00:00-24:00")]
    [InlineData("Window", "8:00-9:00")]
    public void Validate_WrongValue_NamesTheSettingAndWhatIsAllowed(string setting, string value)
    {
        var options = new SyncOptions();
        var property = typeof(SyncOptions).GetProperty(setting)!;
        property.SetValue(options, property.PropertyType == typeof(string) ? value : int.Parse(value, CultureInfo.InvariantCulture));

        var failure = new SyncOptionsValidator().Validate(null, options).FailureMessage;

        Assert.Contains($"Sync__{setting} is", failure, StringComparison.Ordinal);
        Assert.Contains("it must be ", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("22:00-02:00", "2026-03-15T23:00:00Z", "2026-03-15T23:00:00Z")]
    [InlineData("22:00-02:00", "2026-03-15T01:59:59Z", "2026-03-15T01:59:59Z")]
    [InlineData("22:00-02:00", "2026-03-15T02:00:00Z", "2026-03-15T22:00:00Z")]
    [InlineData("08:00-09:30", "2026-03-15T07:59:00Z", "2026-03-15T08:00:00Z")]
    [InlineData("08:00-09:30", "2026-03-15T08:00:00Z", "2026-03-15T08:00:00Z")]
    [InlineData("08:00-09:30", "2026-03-15T09:30:00Z", "2026-03-16T08:00:00Z")]
    [InlineData("08:00-09:30", "2026-03-31T12:00:00Z", "2026-04-01T08:00:00Z")]
    [InlineData(null, "2026-03-15T05:00:00+03:00", "2026-03-15T02:00:00Z")]
    public void NextOpen_Now_IsNowInTheWindowElseItsBeginning(string? window, string now, string open)
    {
        Assert.True(DailyWindow.TryParse(window, out var daily));

        Assert.Equal(DateTimeOffset.Parse(open, null), daily.NextOpen(DateTimeOffset.Parse(now, null)));
    }
}
