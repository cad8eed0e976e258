using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>How far a run is. Stored by name: never rename.</summary>
public enum InvoicingRunStatus
{
    /// <summary>There has been no run for the month.</summary>
    NotStarted = 0,

    /// <summary>Asked for, not begun.</summary>
    Queued = 1,

    Running = 2,

    /// <summary>Each invoice has come to a good end.</summary>
    Completed = 3,

    /// <summary>Each invoice has come to an end, but a person has to look at some.</summary>
    CompletedWithFailures = 4,

    /// <summary>The run itself broke down. Starting it again carries on.</summary>
    Failed = 5,
}

/// <summary>A run as stored in <c>Runs</c>. While it is under way, how far it is stands in the orchestration's custom status.</summary>
public sealed record InvoicingRun : IRun
{
    static string IRun.Kind => "invoicing";

    static string IRun.IdPrefix => "inv";

    /// <summary><c>inv_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>yyyy-MM</c>.</summary>
    public required string Month { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether it only sees those invoices through that a hook has opened again.</summary>
    public bool OnlyWatches { get; init; }

    public InvoicingRunStatus Status { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    string IRun.StatusName => Status.ToString();

    /// <summary>How many customers were looked at.</summary>
    public int Customers { get; init; }

    /// <summary>How many invoices the run has added.</summary>
    public int Added { get; init; }

    /// <summary>How many customers are not billed.</summary>
    public int NotBilled { get; init; }

    /// <summary>The month's invoices when the run ended.</summary>
    public InvoiceTotals? Totals { get; init; }

    public string? Error { get; init; }

    public static InvoicingRun Of(InvoicingState state, InvoicingRunStatus status) => new()
    {
        Id = state.RunId,
        Month = state.Month,
        RequestedBy = state.RequestedBy,
        StartedAt = state.StartedAt,
        OnlyWatches = state.OnlyWatches,
        Status = status,
        Customers = state.Customers,
        Added = state.Added,
        NotBilled = state.NotBilled,
        Totals = state.Totals,
    };
}

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
