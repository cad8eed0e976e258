using BillingFunctions.Testing.Builders;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Sending;

namespace BillingFunctions.Tests.UsageBilling.Sync.Sending;

public sealed class SendPlanTests
{
    private static readonly DateTimeOffset Now = UsageBuilder.Time;
    private static readonly SentLine Sent = new("in_1", "il_1", 100);

    [Fact]
    public void Next_Nothing_IsNothing() => Assert.Null(Next(SyncMode.Realtime));

    [Fact]
    public void Next_GivenUp_IsReportedFirst()
    {
        var givenUp = Entry(2) with { GivenUp = "discarded" };

        Assert.Equal(new SendStep.Report(givenUp), Next(SyncMode.Realtime, UsageBuilder.CustomerEntry(), Entry(1), givenUp));
    }

    [Fact]
    public void Next_Customer_ComesBeforeItems() => Assert.Equal(new SendStep.Customer(UsageBuilder.CustomerEntry()), Next(SyncMode.Realtime, UsageBuilder.CustomerEntry(), Entry(1)));

    [Fact]
    public void Next_CustomerNotDue_HoldsUpItsItems()
    {
        var later = UsageBuilder.CustomerEntry() with { NotBefore = Now.AddSeconds(10) };

        Assert.Equal(new SendStep.Wait(Now.AddSeconds(10)), Next(SyncMode.Realtime, later, Entry(1)));
    }

    [Fact]
    public void Next_Realtime_IsOneLine() => Assert.Equal([1], LinesOf(Next(SyncMode.Realtime, Entry(1), Entry(2))));

    [Fact]
    public void Next_GroupNotReadyInALongQueue_WaitsForItsMinute() => Assert.Equal(
        new SendStep.Wait(Now.AddSeconds(40)), Next(State(SyncMode.Batched) with { DrainForecast = TimeSpan.FromMinutes(10) }, UsageBuilder.Entry(UsageBuilder.Item(1), Now.AddSeconds(-20))));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(12, 12)]
    public void Next_GroupNotReadyInAShortQueue_IsLookedAtWhenThatIsEmpty(int drainSeconds, int waitSeconds) => Assert.Equal(
        new SendStep.Wait(Now.AddSeconds(waitSeconds)),
        Next(State(SyncMode.Batched) with { DrainForecast = TimeSpan.FromSeconds(drainSeconds) }, UsageBuilder.Entry(UsageBuilder.Item(1), Now.AddSeconds(-20))));

    [Fact]
    public void Next_GroupFull_TakesAllOfTheInvoice() => Assert.Equal([1, 2, 4], LinesOf(Next(SyncMode.Batched, Entry(1), Entry(2), Entry(3, invoice: 2), Entry(4))));

    [Fact]
    public void Next_GroupOldWithBudgetToSpare_IsSent() => Assert.Equal([1], LinesOf(Next(SyncMode.Batched, UsageBuilder.Entry(UsageBuilder.Item(1), Now.AddMinutes(-1)))));

    [Fact]
    public void Next_GroupOldWithoutBudget_LooksAgainSoon() => Assert.Equal(
        new SendStep.Wait(Now.AddSeconds(10)), Next(State(SyncMode.Batched) with { HasBudgetToSpare = false }, UsageBuilder.Entry(UsageBuilder.Item(1), Now.AddMinutes(-2))));

    [Fact]
    public void Next_CloseOfThePeriodIsNear_IsSentAtOnce() =>
        Assert.Equal([1], LinesOf(Next(State(SyncMode.Batched) with { HasBudgetToSpare = false, DrainForecast = TimeSpan.FromDays(30) }, Entry(1))));

    [Fact]
    public void Next_MoreThanAnInvoiceHolds_AreAsManyAsThat() => Assert.Equal(
        250, LinesOf(Next(SyncMode.Batched, [.. Enumerable.Range(1, 300).Select(number => Entry(number))])).Count);

    [Fact]
    public void Next_OneFailedBefore_GoesAloneAndDoesNotHoldUpTheOthers()
    {
        var failed = UsageBuilder.Entry(UsageBuilder.Item(1), attempts: 1, notBefore: Now.AddSeconds(10));

        Assert.Equal([2], LinesOf(Next(SyncMode.Realtime, failed, Entry(2))));
        Assert.Equal([1], LinesOf(Next(SyncMode.Batched, failed with { NotBefore = Now }, Entry(2))));
    }

    [Fact]
    public void Next_Corrections_DoNotWaitForAGroup()
    {
        var changed = UsageBuilder.Item(1, sent: Sent);

        var update = Assert.IsType<SendStep.Lines>(Next(SyncMode.Batched, UsageBuilder.Entry(changed)));
        var removal = Assert.IsType<SendStep.Lines>(Next(SyncMode.Batched, UsageBuilder.Entry(changed with { IsDeleted = true })));

        Assert.Equal((LineChange.Update, LineChange.Remove), (update.Change, removal.Change));
    }

    [Fact]
    public void Next_Close_WaitsForTheItemsOfItsInvoiceOnly()
    {
        var waiting = UsageBuilder.Entry(UsageBuilder.Item(1), attempts: 1, notBefore: Now.AddSeconds(10));

        Assert.Equal(new SendStep.Wait(Now.AddSeconds(10)), Next(SyncMode.Realtime, waiting, UsageBuilder.CloseEntry()));
        Assert.Equal(new SendStep.Close(UsageBuilder.CloseEntry(2)), Next(SyncMode.Realtime, waiting, UsageBuilder.CloseEntry(2)));
    }

    private static OutboxEntry Entry(int number, int invoice = 1) => UsageBuilder.Entry(UsageBuilder.Item(number, invoice: invoice));

    private static SyncState State(SyncMode mode) => new() { Mode = mode, Queued = 300, HasBudgetToSpare = true };

    private static SendStep? Next(SyncMode mode, params IReadOnlyList<OutboxEntry> entries) => Next(State(mode), entries);

    private static SendStep? Next(SyncState state, params IReadOnlyList<OutboxEntry> entries) =>
        new SendPlan(state, new SyncOptions(), _ => new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero), Now).Next(entries);

    private static IReadOnlyList<int> LinesOf(SendStep? step) =>
        [.. Assert.IsType<SendStep.Lines>(step).Entries.Select(entry => Convert.ToInt32(entry.ItemId.Key[^8..], 16))];
}
