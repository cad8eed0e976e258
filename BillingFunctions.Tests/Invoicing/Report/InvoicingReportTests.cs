using System.Text;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using CsvHelper;

namespace BillingFunctions.Tests.Invoicing.Report;

public sealed class InvoicingReportTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:10:00Z");

    [Fact]
    public void Of_InvoicesOfAllKinds_AddsUp()
    {
        var report = Report(
            (InvoiceStatus.Sent, new Money(100, "usd")),
            (InvoiceStatus.Sent, new Money(50, "jpy")),
            (InvoiceStatus.Sent, new Money(11, "usd")),
            (InvoiceStatus.Priced, new Money(7, "usd")),
            (InvoiceStatus.EmailFailed, new Money(3, "jpy")),
            (InvoiceStatus.NotBilled, null),
            (InvoiceStatus.Pending, null));

        Assert.Equal(7, report.Invoices);
        Assert.Equal(report.Invoices, report.Statuses.Sum(total => total.Count));
        Assert.Equal(InvoiceStatuses.All, report.Statuses.Select(total => total.Status));
        Assert.Equal([new Money(53, "jpy"), new Money(118, "usd")], report.Currencies);
        Assert.Equal([new Money(50, "jpy"), new Money(111, "usd")], report.Statuses.Single(total => total.Status == InvoiceStatus.Sent).Amounts);
        Assert.Equal((2, 1), (report.Progress.Open, report.Progress.Failed));
    }

    [Fact]
    public void Of_NothingYet_SaysSo()
    {
        var report = InvoicingReport.Of(BillingMonth.Parse("2026-03"), new InvoiceTotals([]), null, null, Now);

        Assert.Equal((InvoicingRunStatus.NotStarted, 0, 0.0), (report.Status, report.Invoices, report.Progress.Percent));
        Assert.All(report.Statuses, total => Assert.Equal(0, total.Count));
    }

    [Theory]
    [InlineData(InvoiceStatus.Sent, InvoicingRunStatus.Completed)]
    [InlineData(InvoiceStatus.NoCharge, InvoicingRunStatus.Completed)]
    [InlineData(InvoiceStatus.NotBilled, InvoicingRunStatus.Completed)]
    [InlineData(InvoiceStatus.LookupFailed, InvoicingRunStatus.CompletedWithFailures)]
    [InlineData(InvoiceStatus.EmailFailed, InvoicingRunStatus.CompletedWithFailures)]
    [InlineData(InvoiceStatus.DeliveryUnknown, InvoicingRunStatus.CompletedWithFailures)]
    public void StatusOf_ARunThatHasEnded_IsWithFailuresIfThereAreAny(InvoiceStatus status, InvoicingRunStatus expected)
    {
        var state = State() with { Totals = new InvoiceTotals([new StatusTotal(InvoiceStatus.Sent, 5, []), new StatusTotal(status, 1, [])]) };

        Assert.Equal(expected, FinishInvoicingActivity.StatusOf(new InvoicingEnd(state, null)));
        Assert.Equal(InvoicingRunStatus.Failed, FinishInvoicingActivity.StatusOf(new InvoicingEnd(state, "Storage was away.")));
    }

    [Theory]
    [InlineData(InvoicingRunStatus.CompletedWithFailures, InvoiceStatus.Sent, InvoicingRunStatus.Completed)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.EmailFailed, InvoicingRunStatus.CompletedWithFailures)]
    [InlineData(InvoicingRunStatus.CompletedWithFailures, InvoiceStatus.Priced, InvoicingRunStatus.CompletedWithFailures)]
    [InlineData(InvoicingRunStatus.Running, InvoiceStatus.Sent, InvoicingRunStatus.Running)]
    [InlineData(InvoicingRunStatus.Failed, InvoiceStatus.Sent, InvoicingRunStatus.Failed)]
    public void Of_InvoicesMendedAfterTheRun_GoesByThem(InvoicingRunStatus ended, InvoiceStatus now, InvoicingRunStatus expected)
    {
        var run = InvoicingRun.Of(State(), ended);

        var report = InvoicingReport.Of(BillingMonth.Parse("2026-03"), new InvoiceTotals([new StatusTotal(now, 1, [])]), run, null, Now);

        Assert.Equal((expected, ended), (report.Status, report.Run!.Status));
    }

    [Fact]
    public void With_Checks_LooksSoonWhileThingsMoveAndSeldomWhileTheyDoNot()
    {
        var moving = new InvoiceTotals([new StatusTotal(InvoiceStatus.Pending, 5, [])]);
        var state = State().With(new InvoicesChecked(moving, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(1), state.Interval);

        for (var check = 0; check < 20; check++)
        {
            state = state.With(new InvoicesChecked(moving, TimeSpan.FromMilliseconds(20)));
        }

        Assert.Equal((TimeSpan.FromSeconds(60), InvoicingPhase.Watching), (state.Interval, state.Phase));
        Assert.Equal(TimeSpan.FromSeconds(1), state.With(new InvoicesChecked(new InvoiceTotals([new StatusTotal(InvoiceStatus.Pending, 4, [])]), TimeSpan.Zero)).Interval);
        Assert.Equal(TimeSpan.FromSeconds(500), state.With(new InvoicesChecked(moving, TimeSpan.FromSeconds(100))).Interval);
        Assert.Equal(InvoicingPhase.Done, state.With(new InvoicesChecked(new InvoiceTotals([new StatusTotal(InvoiceStatus.Sent, 5, [])]), TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task WriteAsync_FormulasAndCommas_AreSafeAndWhole()
    {
        var invoices = Enumerable.Range(0, 1_200).Select(number => new MonthlyInvoice
        {
            Month = "2026-03",
            CustomerId = $"-{number}",
            Name = "=HYPERLINK(\"x\"), Inc.",
            Email = "@a@example.com",
            Status = InvoiceStatus.Priced,
            Amount = new Money(1250, number % 2 == 0 ? "usd" : "jpy"),
            Reason = "+1",
            CreatedAt = Now,
            UpdatedAt = Now,
        });
        using var stream = new MemoryStream();

        await InvoiceCsv.WriteAsync(stream, invoices.ToAsyncEnumerable(), CancellationToken.None);

        using var csv = CsvReader.Create(stream.ToArray());
        csv.ReadHeader();
        Assert.Equal("month,customer_id,name,email,status,reason,amount_minor,currency,amount,lookup_attempts,email_attempts,sent_at,created_at,updated_at", string.Join(',', csv.Headers.ToArray()));
        for (var number = 0; number < 1_200; number++)
        {
            Assert.True(csv.Read());
            Assert.Equal(
                ["2026-03", $"'-{number}", "'=HYPERLINK(\"x\"), Inc.", "'@a@example.com", "priced", "'+1", "1250", number % 2 == 0 ? "usd" : "jpy", number % 2 == 0 ? "12.50" : "1250", "0", "0", "", "2026-04-02T06:10:00Z", "2026-04-02T06:10:00Z"],
                Enumerable.Range(0, csv.FieldCount).Select(csv.GetString));
        }

        Assert.False(csv.Read());
        Assert.StartsWith("month,", Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    private static InvoicingState State() => new("inv_1", "2026-03", "timer", Now.AddMinutes(-10), OnlyWatches: false);

    private static InvoicingReport Report(params (InvoiceStatus Status, Money? Amount)[] invoices)
    {
        var tally = new InvoiceTally();
        foreach (var (status, amount) in invoices)
        {
            tally.Add(status, amount);
        }

        return InvoicingReport.Of(BillingMonth.Parse("2026-03"), tally.Sum(), null, null, Now);
    }
}
