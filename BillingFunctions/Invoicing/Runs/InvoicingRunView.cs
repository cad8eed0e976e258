namespace BillingFunctions.Invoicing.Runs;

/// <summary>A run as the API shows it.</summary>
internal sealed record InvoicingRunView(
    string Id,
    string Month,
    InvoicingRunStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    double DurationSeconds,
    string RequestedBy,
    bool OnlyWatches,
    int Customers,
    int Added,
    int NotBilled,
    string? Error,
    string StatusUrl)
{
    public static InvoicingRunView Of(InvoicingRun run, DateTimeOffset now) => new(
        run.Id,
        run.Month,
        run.Status,
        run.StartedAt,
        run.FinishedAt,
        Math.Round(((run.FinishedAt ?? now) - run.StartedAt).TotalSeconds, 1),
        run.RequestedBy,
        run.OnlyWatches,
        run.Customers,
        run.Added,
        run.NotBilled,
        run.Error,
        $"/api/invoicing/{run.Month}");
}
