
namespace BillingFunctions.Exports.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Rows">Customers read.</param>
/// <param name="Pages">Pages read.</param>
/// <param name="Percent">How much is done, an estimate; 0 to 100.</param>
/// <param name="ThrottledMs">How long calls waited for the rate limit, added up.</param>
/// <param name="Cursor">The customer at the end of the page read last.</param>
public sealed record ExportProgress(long Rows, int Pages, double Percent, long ThrottledMs, string? Cursor)
{
    public static ExportProgress From(ExportState state) => new(state.Rows, state.Pages, state.Percent, state.ThrottledMs, state.Cursor);
}

/// <summary>The orchestration's custom status: what has been read in finished stretches, and which are under way.</summary>
/// <param name="Finished">Progress without the stretches under way.</param>
/// <param name="RowsLeft">How many customers are still to be read, an estimate.</param>
/// <param name="InFlight">The stretches under way.</param>
public sealed record ExportCustomStatus(ExportProgress Finished, double RowsLeft, IReadOnlyList<StretchInFlight> InFlight)
{
    /// <summary>The progress with what stretches under way report. A report of one that is not under way any more is in <see cref="Finished"/> already.</summary>
    public ExportProgress With(IEnumerable<StretchProgress> reports)
    {
        var current = reports.Where(report => InFlight.Contains(report.Stretch)).OrderBy(report => report.At).ToList();
        if (current.Count == 0)
        {
            return Finished;
        }

        var rows = current.Sum(report => report.Rows);
        return new ExportProgress(
            Finished.Rows + rows,
            Finished.Pages + current.Sum(report => report.Pages),
            Math.Max(Finished.Percent, ExportState.PercentOf(Finished.Rows + rows, Math.Max(0, RowsLeft - rows))),
            Finished.ThrottledMs + current.Sum(report => report.ThrottledMs),
            current[^1].Cursor);
    }
}

/// <summary>A stretch under way.</summary>
/// <param name="RangeId">The range.</param>
/// <param name="Page">The number of its first page.</param>
public sealed record StretchInFlight(int RangeId, int Page);

/// <summary>What a stretch under way has done.</summary>
public sealed record StretchProgress(StretchInFlight Stretch, long Rows, int Pages, long ThrottledMs, string? Cursor, DateTimeOffset At);
