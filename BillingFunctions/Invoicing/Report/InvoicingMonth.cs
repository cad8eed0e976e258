using BillingFunctions.Invoicing.Runs;

namespace BillingFunctions.Invoicing.Report;

/// <summary>A month that has had a run. Nothing is counted for it: see the report of the month for exact figures.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="RunStatus">How far the latest run is, which adds the invoices.</param>
/// <param name="StartedAt">When that run started.</param>
/// <param name="Summary">What the sweeper has counted last; null before it has.</param>
public sealed record InvoicingMonth(string Month, InvoicingRunStatus RunStatus, DateTimeOffset? StartedAt, InvoicingSummary? Summary)
{
    internal static InvoicingMonth From(string month, InvoicingRun? latest, InvoicingSummary? summary) => new(month, latest?.Status ?? InvoicingRunStatus.Queued, latest?.StartedAt, summary);
}
