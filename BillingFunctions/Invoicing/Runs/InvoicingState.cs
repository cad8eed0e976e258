using System.Text.Json.Serialization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>What a run is doing. Stored in histories: never renumber.</summary>
public enum InvoicingPhase
{
    /// <summary>Going through the customers, adding invoices and queueing lookups.</summary>
    Adding = 0,

    /// <summary>Waiting until each invoice has come to its end.</summary>
    Watching = 1,

    Done = 2,
}

/// <summary>How far a run is. As JSON it is what one generation of the orchestration hands to the next.</summary>
/// <param name="RunId"><c>inv_…</c>.</param>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="RequestedBy">Who started it.</param>
/// <param name="StartedAt">The time at which the run was asked for.</param>
/// <param name="OnlyWatches">Whether it adds no invoices, but sees those through that a hook has opened again.</param>
public sealed record InvoicingState(string RunId, string Month, string RequestedBy, DateTimeOffset StartedAt, bool OnlyWatches)
{
    public InvoicingPhase Phase { get; init; } = OnlyWatches ? InvoicingPhase.Watching : InvoicingPhase.Adding;

    /// <summary>Whether the run is in the table of runs.</summary>
    public bool IsStored { get; init; }

    /// <summary>The last customer that was looked at.</summary>
    public string? After { get; init; }

    /// <summary>How many customers were looked at.</summary>
    public int Customers { get; init; }

    /// <summary>How many invoices the run has added.</summary>
    public int Added { get; init; }

    /// <summary>How many customers are not billed.</summary>
    public int NotBilled { get; init; }

    /// <summary>How many checks the run has made.</summary>
    public int Checks { get; init; }

    /// <summary>What the last check found; null before it.</summary>
    public InvoiceTotals? Totals { get; init; }

    /// <summary>How long to wait after the last check.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>How many of the buckets have been gone through, 0 to 1.</summary>
    [JsonIgnore]
    public double ShareOfCustomers =>
        Phase != InvoicingPhase.Adding ? 1 : After is null ? 0 : Convert.ToInt32(TableKey.Bucket(After), 16) / (double)TableKey.Buckets.Count;

    public InvoicingState With(InvoicesAdded page) => this with
    {
        After = page.After,
        Customers = Customers + page.Customers,
        Added = Added + page.Added,
        NotBilled = NotBilled + page.NotBilled,
        Phase = page.More ? InvoicingPhase.Adding : InvoicingPhase.Watching,
    };

    /// <summary>Looks again soon while things move, and less and less often while nothing does: an amount API may be down for hours.</summary>
    /// <param name="found">A check of a million invoices takes its time, and is not made every other second.</param>
    public InvoicingState With(InvoicesChecked found)
    {
        var totals = found.Totals;
        var shortest = TimeSpan.FromSeconds(Math.Max(1, found.Took.TotalSeconds * 5));
        var longest = TimeSpan.FromSeconds(Math.Max(60, shortest.TotalSeconds));
        var moves = Totals is null || totals.Open != Totals.Open || totals.Count != Totals.Count || totals.CountOf(InvoiceStatus.Priced) != Totals.CountOf(InvoiceStatus.Priced);
        var interval = moves ? shortest : Interval * 1.5;
        return this with
        {
            Checks = Checks + 1,
            Totals = totals,
            Interval = interval < shortest ? shortest : interval > longest ? longest : interval,
            Phase = totals.Open == 0 ? InvoicingPhase.Done : InvoicingPhase.Watching,
        };
    }
}

/// <summary>The orchestration's custom status.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Customers">Customers looked at.</param>
/// <param name="Added">Invoices added.</param>
/// <param name="NotBilled">Customers that are not billed.</param>
/// <param name="ShareOfCustomers">How many of all customers have been looked at, an estimate; 0 to 1.</param>
public sealed record InvoicingProgress(InvoicingPhase Phase, int Customers, int Added, int NotBilled, double ShareOfCustomers)
{
    public static InvoicingProgress Of(InvoicingState state) => new(state.Phase, state.Customers, state.Added, state.NotBilled, state.ShareOfCustomers);
}
