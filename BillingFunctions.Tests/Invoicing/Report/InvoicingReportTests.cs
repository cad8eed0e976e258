using System.Globalization;
using System.Text;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using CsvHelper;

namespace BillingFunctions.Tests.Invoicing.Report;

public sealed class InvoicingReportTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:10:00Z", CultureInfo.InvariantCulture);

    [Fact]
    public void From_InvoicesOfAllKinds_AddsUp()
    {
        var report = ReportOf(
            Run(InvoicingRunStatus.Completed),
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
    public void From_NothingYet_SaysSo()
    {
        var report = ReportOf(run: null);

        Assert.Equal((InvoicingMonthStatus.NotStarted, 0, 0.0), (report.Status, report.Invoices, report.Progress.Percent));
        Assert.All(report.Statuses, total => Assert.Equal(0, total.Count));
    }

    /// <summary>The run says how far the invoices are added, the invoices themselves how far the month is.</summary>
    [Theory]
    [InlineData(InvoicingRunStatus.Queued, InvoiceStatus.Sent, InvoicingMonthStatus.Queued)]
    [InlineData(InvoicingRunStatus.Running, InvoiceStatus.Sent, InvoicingMonthStatus.Running)]
    [InlineData(InvoicingRunStatus.Failed, InvoiceStatus.Sent, InvoicingMonthStatus.Failed)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Pending, InvoicingMonthStatus.Running)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Priced, InvoicingMonthStatus.Running)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Sending, InvoicingMonthStatus.Running)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Sent, InvoicingMonthStatus.Completed)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.NoCharge, InvoicingMonthStatus.Completed)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.NotBilled, InvoicingMonthStatus.Completed)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.LookupFailed, InvoicingMonthStatus.CompletedWithFailures)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.EmailFailed, InvoicingMonthStatus.CompletedWithFailures)]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.DeliveryUnknown, InvoicingMonthStatus.CompletedWithFailures)]
    public void From_RunAndInvoices_TellTheStatusOfTheMonth(InvoicingRunStatus run, InvoiceStatus invoice, InvoicingMonthStatus expected)
    {
        var isOver = run == InvoicingRunStatus.Completed && !invoice.IsOpen();

        var report = ReportOf(Run(run), (invoice, null), (InvoiceStatus.Sent, null));

        Assert.Equal((expected, run, null), (report.Status, report.Run!.Status, report.WaitingFor));
        Assert.Equal((isOver, isOver || run == InvoicingRunStatus.Failed), (report.Progress.Percent == 100, report.FinishedAt is not null));
    }

    [Fact]
    public void From_TheLastInvoiceEndedAfterTheRun_FinishedThen()
    {
        var report = ReportOf(Run(InvoicingRunStatus.Completed), (InvoiceStatus.Sent, null));

        Assert.Equal((Now.AddMinutes(-1), Now.AddMinutes(-5), 9 * 60.0), (report.FinishedAt, report.Run!.FinishedAt, report.DurationSeconds));
    }

    [Theory]
    [InlineData(InvoiceStatus.Sent, InvoicingMonthStatus.Waiting)]
    [InlineData(InvoiceStatus.Pending, InvoicingMonthStatus.Running)]
    public void From_MailsAreOff_SaysWhatTheMonthWaitsFor(InvoiceStatus other, InvoicingMonthStatus expected)
    {
        var report = InvoicingReport.From(
            BillingMonth.Parse("2026-03"), Totals((InvoiceStatus.Priced, null), (other, null)), Run(InvoicingRunStatus.Completed), null, ["Email__From", "Email__Smtp__Host"], Now);

        Assert.Equal((expected, "Mails are off: Email__From and Email__Smtp__Host must be set."), (report.Status, report.WaitingFor));
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

    private static InvoicingRun Run(InvoicingRunStatus status) => new()
    {
        Id = "inv_1",
        Month = "2026-03",
        RequestedBy = "timer",
        StartedAt = Now.AddMinutes(-10),
        Status = status,
        FinishedAt = status is InvoicingRunStatus.Completed or InvoicingRunStatus.Failed ? Now.AddMinutes(-5) : null,
    };

    private static InvoicingReport ReportOf(InvoicingRun? run, params (InvoiceStatus Status, Money? Amount)[] invoices) =>
        InvoicingReport.From(BillingMonth.Parse("2026-03"), Totals(invoices), run, null, [], Now);

    private static InvoiceTotals Totals(params (InvoiceStatus Status, Money? Amount)[] invoices)
    {
        var tally = new InvoiceTally();
        tally.Add(invoices.Select(one => new MonthlyInvoice { Month = "2026-03", CustomerId = "c1", Status = one.Status, Amount = one.Amount, UpdatedAt = Now.AddMinutes(-1) }));
        return tally.Sum();
    }
}
