using BillingFunctions.Exports.Runs;

namespace BillingFunctions.Tests.Exports.Runs;

public sealed class ExportProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ExportCustomStatus Status = new(
        new ExportProgress(Rows: 1_000, Pages: 10, Percent: 50, ThrottledMs: 7, "cus_old"), RowsLeft: 1_000, [new StretchInFlight(1, 4), new StretchInFlight(2, 0)]);

    [Fact]
    public void With_NoReports_IsWhatIsFinished() => Assert.Equal(Status.Finished, Status.With([]));

    [Fact]
    public void With_ReportsOfStretchesUnderWay_AddsThemUp()
    {
        var progress = Status.With([Report(1, 4, rows: 300, Now, "cus_a"), Report(2, 0, rows: 200, Now.AddSeconds(-1), "cus_b")]);

        Assert.Equal(new ExportProgress(1_500, 15, 75, 27, "cus_a"), progress);
    }

    [Fact]
    public void With_ReportOfAFinishedStretch_IsNotCountedTwice() => Assert.Equal(Status.Finished, Status.With([Report(1, 2, rows: 200, Now, "cus_a")]));

    [Fact]
    public void With_MoreRowsThanExpected_IsNotQuiteDone()
    {
        Assert.Equal(99.9, Status.With([Report(1, 4, rows: 5_000, Now, "cus_a")]).Percent);
    }

    private static StretchProgress Report(int range, int page, long rows, DateTimeOffset at, string cursor) =>
        new(new StretchInFlight(range, page), rows, (int)rows / 100, 10, cursor, at);
}
