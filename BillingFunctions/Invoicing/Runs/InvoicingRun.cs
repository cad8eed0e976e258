using System.Text.Json.Serialization;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>How far a run is. Stored by name: never rename.</summary>
public enum InvoicingRunStatus
{
    /// <summary>Asked for, not begun.</summary>
    Queued = 1,

    /// <summary>Invoices are being added.</summary>
    Running = 2,

    /// <summary>Each customer has its invoice. What becomes of the invoices is said by the month's report.</summary>
    Completed = 3,

    /// <summary>The run broke down, or was stopped. Started again, it adds what is missing.</summary>
    Failed = 5,
}

/// <summary>A run adds the invoices of a month. This is how it is stored in <c>Runs</c>, and what one generation of its orchestration hands to the next.</summary>
public sealed record InvoicingRun : IRun
{
    internal const string Kind = "invoicing";

    static string IRun.Kind => Kind;

    static string IRun.IdPrefix => "inv";

    /// <summary><c>inv_…</c>; also the id of its orchestration.</summary>
    public required string Id { get; init; }

    /// <summary><c>yyyy-MM</c>.</summary>
    public required string Month { get; init; }

    /// <summary>The caller, <c>timer</c> or <c>sweeper</c>.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When it was first asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How many further starts were given while it was under way, before its present pass over the customers began: that pass takes in all who were there then.</summary>
    public int FurtherStarts { get; init; }

    public InvoicingRunStatus Status { get; init; } = InvoicingRunStatus.Queued;

    public DateTimeOffset? FinishedAt { get; init; }

    string IRun.StatusName => Status.ToString();

    /// <summary>The last customer that was dealt with; null before the first.</summary>
    public string? After { get; init; }

    /// <summary>How many customers were dealt with.</summary>
    public int Customers { get; init; }

    /// <summary>How many invoices the run has added.</summary>
    public int Added { get; init; }

    /// <summary>How many customers are not billed.</summary>
    public int NotBilled { get; init; }

    public string? Error { get; init; }

    /// <summary>Whether an operator has stopped its orchestration. Such a run is started again only when somebody asks for it.</summary>
    [JsonIgnore]
    public bool IsStopped { get; init; }

    /// <summary>How many of the customers' buckets are done, 0 to 1.</summary>
    [JsonIgnore]
    public double ShareOfCustomers => Status == InvoicingRunStatus.Completed ? 1
        : After is null ? 0
        : Convert.ToInt32(TableKey.Bucket(After), 16) / (double)TableKey.Buckets.Count;

    public InvoicingRun With(InvoicesAdded page) => this with
    {
        After = page.After,
        Customers = Customers + page.Customers,
        Added = Added + page.Added,
        NotBilled = NotBilled + page.NotBilled,
    };

    /// <summary>The run as it is before its first page.</summary>
    public InvoicingRun Restarted() => new() { Id = Id, Month = Month, RequestedBy = RequestedBy, StartedAt = StartedAt, FurtherStarts = FurtherStarts };
}

/// <summary>A run as the API shows it.</summary>
/// <param name="Id">The id of the run.</param>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Status">How far it is with adding invoices.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="DurationSeconds">From start to end, or till now.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="Customers">How many customers it has looked at.</param>
/// <param name="Added">How many invoices it has added.</param>
/// <param name="NotBilled">How many customers are not billed.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="StatusUrl">Where the month can be asked for.</param>
/// <param name="Missing">In the answer to a start: who has no invoice yet. Null elsewhere.</param>
public sealed record InvoicingRunView(
    string Id,
    string Month,
    InvoicingRunStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    double DurationSeconds,
    string RequestedBy,
    int Customers,
    int Added,
    int NotBilled,
    string? Error,
    string StatusUrl,
    MissingInvoices? Missing)
{
    internal static InvoicingRunView From(InvoicingRun run, DateTimeOffset now, MissingInvoices? missing = null) => new(
        run.Id,
        run.Month,
        run.Status,
        run.StartedAt,
        run.FinishedAt,
        Math.Round(((run.FinishedAt ?? now) - run.StartedAt).TotalSeconds, 1),
        run.RequestedBy,
        run.Customers,
        run.Added,
        run.NotBilled,
        run.Error,
        $"/api/invoicing/{run.Month}",
        missing);
}
