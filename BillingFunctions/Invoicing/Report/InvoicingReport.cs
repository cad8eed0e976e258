using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>The month in sum.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Status">How the month stands. After a run has ended it goes by the invoices as they are now: a person may have mended some since.</param>
/// <param name="StartedAt">When the latest run started; null before the first.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="DurationSeconds">From start to end, or till now.</param>
/// <param name="Progress">How far the month is.</param>
/// <param name="Invoices">How many invoices there are, those not billed included: the sum of <paramref name="Statuses"/>.</param>
/// <param name="Statuses">How many have which status, and their sums.</param>
/// <param name="Currencies">What is owed in each currency: the sums of <paramref name="Statuses"/>.</param>
/// <param name="Run">The latest run; null before the first.</param>
internal sealed record InvoicingReport(
    string Month,
    InvoicingRunStatus Status,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    double? DurationSeconds,
    ReportProgress Progress,
    int Invoices,
    IReadOnlyList<StatusTotal> Statuses,
    IReadOnlyList<Money> Currencies,
    InvoicingRunView? Run)
{
    public static InvoicingReport Of(BillingMonth month, InvoiceTotals totals, InvoicingRun? run, InvoicingProgress? progress, DateTimeOffset now)
    {
        var view = run is null ? null : InvoicingRunView.Of(run, now) with
        {
            Customers = progress?.Customers ?? run.Customers,
            Added = progress?.Added ?? run.Added,
            NotBilled = progress?.NotBilled ?? run.NotBilled,
        };
        return new InvoicingReport(
            month.ToString(),
            StatusOf(run, totals),
            run?.StartedAt,
            run?.FinishedAt,
            view?.DurationSeconds,
            ReportProgress.Of(totals, run, progress),
            totals.Count,
            [.. InvoiceStatuses.All.Select(status => totals.Statuses.FirstOrDefault(total => total.Status == status) ?? new StatusTotal(status, 0, []))],
            [.. totals.Statuses.SelectMany(total => total.Amounts).GroupBy(amount => amount.Currency)
                .OrderBy(amounts => amounts.Key, StringComparer.Ordinal)
                .Select(amounts => new Money(amounts.Sum(amount => amount.Amount), amounts.Key))],
            view);
    }

    private static InvoicingRunStatus StatusOf(InvoicingRun? run, InvoiceTotals totals) => run?.Status switch
    {
        null => InvoicingRunStatus.NotStarted,
        InvoicingRunStatus.Completed or InvoicingRunStatus.CompletedWithFailures when totals.Open == 0 =>
            totals.Failures > 0 ? InvoicingRunStatus.CompletedWithFailures : InvoicingRunStatus.Completed,
        { } status => status,
    };
}

/// <summary>How far a month is.</summary>
/// <param name="Open">Invoices with something still to be done by itself.</param>
/// <param name="Failed">Invoices that a person has to look at.</param>
/// <param name="Percent">How much is done, an estimate; 0 to 100, and 100 only when nothing is open.</param>
internal sealed record ReportProgress(int Open, int Failed, double Percent)
{
    public static ReportProgress Of(InvoiceTotals totals, InvoicingRun? run, InvoicingProgress? progress)
    {
        var isUnderWay = run?.Status is InvoicingRunStatus.Queued or InvoicingRunStatus.Running;
        var share = totals.Count == 0 ? 0 : (totals.Count - totals.Open) / (double)totals.Count;
        var percent = isUnderWay ? Math.Min(99.9, 100 * share * (progress?.ShareOfCustomers ?? 0))
            : totals.Open > 0 ? Math.Min(99.9, 100 * share)
            : run is null ? 0 : 100;
        return new ReportProgress(totals.Open, totals.Failures, Math.Round(percent, 1));
    }
}
