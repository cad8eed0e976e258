using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Tests.UsageBilling.Sync;

public sealed class SyncRulesTests
{
    private static readonly SyncOptions Options = new();

    [Theory]
    [InlineData(SyncMode.Realtime, 0, SyncMode.Realtime)]
    [InlineData(SyncMode.Realtime, 95, SyncMode.Realtime)]
    [InlineData(SyncMode.Realtime, 999, SyncMode.Realtime)]
    [InlineData(SyncMode.Realtime, 1000, SyncMode.Batched)]
    [InlineData(SyncMode.Batched, 1000, SyncMode.Batched)]
    [InlineData(SyncMode.Batched, 999, SyncMode.Batched)]
    [InlineData(SyncMode.Batched, 95, SyncMode.Batched)]
    [InlineData(SyncMode.Batched, 94, SyncMode.Realtime)]
    [InlineData(SyncMode.Batched, 0, SyncMode.Realtime)]
    public void Next_Adaptive_ChangesAtTheBoundsAndStaysBetweenThem(SyncMode present, long queued, SyncMode next) =>
        Assert.Equal(next, SyncRules.Next(present, queued, Options));

    [Theory]
    [InlineData("realtime", 1_000_000, SyncMode.Realtime)]
    [InlineData("scheduled", 0, SyncMode.Batched)]
    public void Next_Fixed_DoesNotChange(string mode, long queued, SyncMode next)
    {
        var options = new SyncOptions { Mode = mode };

        Assert.Equal((next, next), (SyncRules.Next(SyncMode.Realtime, queued, options), SyncRules.Next(SyncMode.Batched, queued, options)));
    }

    [Theory]
    [InlineData(SyncMode.Realtime, 999, 1)]
    [InlineData(SyncMode.Realtime, 100_000, 1)]
    [InlineData(SyncMode.Batched, 0, 2)]
    [InlineData(SyncMode.Batched, 299, 2)]
    [InlineData(SyncMode.Batched, 300, 3)]
    [InlineData(SyncMode.Batched, 1_000, 10)]
    [InlineData(SyncMode.Batched, 10_000, 100)]
    [InlineData(SyncMode.Batched, 25_000, 250)]
    [InlineData(SyncMode.Batched, 10_000_000, 250)]
    public void GroupSize_Queue_IsAHundredthOfItWithinTheBounds(SyncMode mode, long queued, int size) => Assert.Equal(size, SyncRules.GroupSize(mode, queued, Options));

    [Fact]
    public void GroupSize_OneLineAnInvoice_IsOne() => Assert.Equal(1, SyncRules.GroupSize(SyncMode.Batched, 10_000, new SyncOptions { MaxLinesPerInvoice = 1 }));

    [Theory]
    [InlineData(10, 0, 3600, true, true)]
    [InlineData(9, 0, 3600, true, false)]
    [InlineData(9, 59, 3600, true, false)]
    [InlineData(9, 60, 3600, true, true)]
    [InlineData(9, 60, 3600, false, false)]
    [InlineData(1, 0, 301, false, false)]
    [InlineData(1, 0, 300, false, true)]
    [InlineData(1, 0, -5, false, true)]
    public void IsReady_Group_WhenFullOrOldOrNearTheClose(int open, int waitedSeconds, int secondsToClose, bool hasBudget, bool isReady)
    {
        var state = new SyncState { HasBudgetToSpare = hasBudget, DrainForecast = TimeSpan.FromMinutes(5) };

        Assert.Equal(isReady, SyncRules.IsReady(open, TimeSpan.FromSeconds(waitedSeconds), TimeSpan.FromSeconds(secondsToClose), state, groupSize: 10));
    }

    [Theory]
    [InlineData(SyncMode.Realtime, 95, 10, 1)]
    [InlineData(SyncMode.Realtime, 950, 10, 10)]
    [InlineData(SyncMode.Batched, 10_000, 55, 1)]
    [InlineData(SyncMode.Batched, 95, 1_000, 1)]
    [InlineData(SyncMode.Batched, 0, 0, 0)]
    public void Drain_Queue_IsItsCallsAtTheLimit(SyncMode mode, long queued, long organizations, double minutes) =>
        Assert.Equal(minutes, SyncRules.Drain(mode, queued, organizations, callsPerMinute: 95, maxLines: 250).TotalMinutes, tolerance: 0.001);
}
