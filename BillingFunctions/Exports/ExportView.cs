using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;

namespace BillingFunctions.Exports;

/// <summary>A run as the API shows it.</summary>
internal sealed record ExportView(
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
    public static ExportView From(ExportRun run, DateTimeOffset now) => new(
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
