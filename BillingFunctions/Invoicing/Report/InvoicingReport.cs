using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>How a month stands.</summary>
public enum InvoicingMonthStatus
{
    /// <summary>There has been no run for the month.</summary>
    NotStarted = 0,

    /// <summary>A run has been asked for and has not begun.</summary>
    Queued = 1,

    /// <summary>Invoices are being added, looked up or sent.</summary>
    Running = 2,

    /// <summary>All that is left are mails, and mails are off; <c>waiting_for</c> says which settings are missing.</summary>
    Waiting = 3,

    /// <summary>Each invoice has come to a good end.</summary>
    Completed = 4,

    /// <summary>Each invoice has come to an end, and some need an operator.</summary>
    CompletedWithFailures = 5,

    /// <summary>The run that adds the invoices broke down, or was stopped.</summary>
    Failed = 6,
}

/// <summary>The month in sum.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Status">How the month stands: the run while it adds invoices, then the invoices as they are now.</param>
/// <param name="WaitingFor">What the month waits for that the app cannot do by itself; null when there is nothing.</param>
/// <param name="StartedAt">When the latest run started; null before the first.</param>
/// <param name="FinishedAt">When the run failed, or the last invoice came to its end; null before.</param>
/// <param name="DurationSeconds">From start to end, or till now.</param>
/// <param name="Progress">How far the month is.</param>
/// <param name="Invoices">How many invoices there are, those not billed included: the sum of <paramref name="Statuses"/>.</param>
/// <param name="Statuses">How many have which status, and their sums.</param>
/// <param name="Currencies">What is owed in each currency: the sums of <paramref name="Statuses"/>.</param>
/// <param name="Run">The latest run, which has added invoices; null before the first.</param>
/// <param name="Summary">What the sweeper has counted last; null before it has.</param>
public sealed record InvoicingReport(
    string Month,
    InvoicingMonthStatus Status,
    string? WaitingFor,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    double? DurationSeconds,
    ReportProgress Progress,
    int Invoices,
    IReadOnlyList<StatusTotal> Statuses,
    IReadOnlyList<Money> Currencies,
    InvoicingRunView? Run,
    InvoicingSummary? Summary)
{
    /// <summary>When the invoices were counted.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <param name="month">The month.</param>
    /// <param name="totals">Its invoices.</param>
    /// <param name="run">Its latest run; null when there is none.</param>
    /// <param name="summary">Its summary; null when there is none.</param>
    /// <param name="missing">The settings without which no mail is sent.</param>
    /// <param name="now">The current time.</param>
    internal static InvoicingReport From(
        BillingMonth month, InvoiceTotals totals, InvoicingRun? run, InvoicingSummary? summary, IReadOnlyCollection<string> missing, DateTimeOffset now)
    {
        var status = StatusOf(run, totals, missing);
        DateTimeOffset? finishedAt = status switch
        {
            InvoicingMonthStatus.Failed => run!.FinishedAt,
            InvoicingMonthStatus.Completed or InvoicingMonthStatus.CompletedWithFailures => totals.ChangedAt > run!.FinishedAt ? totals.ChangedAt : run.FinishedAt,
            _ => null,
        };
        return new InvoicingReport(
            month.ToString(),
            status,
            missing.Count > 0 && totals.CountOf(InvoiceStatus.Priced) > 0 ? $"Mails are off: {string.Join(" and ", missing)} must be set." : null,
            run?.StartedAt,
            finishedAt,
            run is null ? null : Math.Round(((finishedAt ?? now) - run.StartedAt).TotalSeconds, 1),
            ReportProgress.From(totals, run),
            totals.Count,
            [.. InvoiceStatuses.All.Select(one => totals.Statuses.FirstOrDefault(total => total.Status == one) ?? new StatusTotal(one, 0, []))],
            [.. totals.Statuses.SelectMany(total => total.Amounts).GroupBy(amount => amount.Currency)
                .OrderBy(amounts => amounts.Key, StringComparer.Ordinal)
                .Select(amounts => new Money(amounts.Sum(amount => amount.Amount), amounts.Key))],
            run is null ? null : InvoicingRunView.From(run, now),
            summary)
        {
            AsOf = now,
        };
    }

    private static InvoicingMonthStatus StatusOf(InvoicingRun? run, InvoiceTotals totals, IReadOnlyCollection<string> missing) => run?.Status switch
    {
        null => InvoicingMonthStatus.NotStarted,
        InvoicingRunStatus.Queued => InvoicingMonthStatus.Queued,
        InvoicingRunStatus.Running => InvoicingMonthStatus.Running,
        InvoicingRunStatus.Failed => InvoicingMonthStatus.Failed,
        InvoicingRunStatus.Completed when totals.Open == 0 => totals.Failures > 0 ? InvoicingMonthStatus.CompletedWithFailures : InvoicingMonthStatus.Completed,
        InvoicingRunStatus.Completed => missing.Count > 0 && totals.Open == totals.CountOf(InvoiceStatus.Priced) ? InvoicingMonthStatus.Waiting : InvoicingMonthStatus.Running,
        _ => throw new ArgumentOutOfRangeException(nameof(run), run.Status, "Not a status"),
    };
}

/// <summary>How far a month is.</summary>
/// <param name="Open">Invoices with something still to be done by the app.</param>
/// <param name="Failed">Invoices that need an operator.</param>
/// <param name="Percent">How much is done, an estimate; 0 to 100, and 100 only when each customer has its invoice and none is open.</param>
public sealed record ReportProgress(int Open, int Failed, double Percent)
{
    internal static ReportProgress From(InvoiceTotals totals, InvoicingRun? run)
    {
        var done = totals.Count == 0 ? 1 : (totals.Count - totals.Open) / (double)totals.Count;
        var percent = run is null ? 0 : 100 * done * run.ShareOfCustomers;
        return new ReportProgress(totals.Open, totals.Failures, Math.Round(run?.Status == InvoicingRunStatus.Completed && totals.Open == 0 ? 100 : Math.Min(99.9, percent), 1));
    }
}
