using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;

namespace BillingFunctions.Exports;

/// <summary>A run as the API shows it.</summary>
/// <param name="Id">The id of the run.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Rows">How many customers have been fetched.</param>
/// <param name="Pages">How many pages of 100 have been read at Stripe.</param>
/// <param name="Percent">How much of the window is done, an estimate; 0 to 100.</param>
/// <param name="RowsPerSecond">The average since the start.</param>
/// <param name="ThrottledMs">How long it has waited for the rate limit, in milliseconds, added up over what runs at once.</param>
/// <param name="Cursor">The last customer fetched.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="File">The file; null until it is there.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="Target">Where the file goes, <c>container/prefix/name</c>.</param>
/// <param name="Fields">The columns.</param>
/// <param name="Notification">What became of the mail; null when none is asked for, or none is due yet.</param>
public sealed record ExportView(
    string Id,
    ExportStatus Status,
    long Rows,
    int Pages,
    double Percent,
    double RowsPerSecond,
    long ThrottledMs,
    string? Cursor,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    ExportedFile? File,
    string? Error,
    string RequestedBy,
    string Target,
    IReadOnlyList<string> Fields,
    string? Notification)
{
    internal static ExportView From(ExportRun run, DateTimeOffset now) => new(
        run.Id,
        run.Status,
        run.Progress.Rows,
        run.Progress.Pages,
        run.Progress.Percent,
        RowsPerSecondOf(run, now),
        run.Progress.ThrottledMs,
        run.Progress.Cursor,
        run.StartedAt,
        run.FinishedAt,
        run.File,
        run.Error,
        run.RequestedBy,
        run.Plan.Path,
        run.Plan.Fields,
        run.Notification);

    private static double RowsPerSecondOf(ExportRun run, DateTimeOffset now)
    {
        var seconds = ((run.FinishedAt ?? now) - run.StartedAt).TotalSeconds;
        return seconds > 0 ? Math.Round(run.Progress.Rows / seconds, 1) : 0;
    }
}
