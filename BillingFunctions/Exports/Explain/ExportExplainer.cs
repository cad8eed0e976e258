using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Exports.Explain;

/// <summary>Tells the life of an export run.</summary>
public sealed class ExportExplainer(ExportRuns runs) : IExplainer
{
    public IReadOnlyCollection<string> Kinds => ["export"];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken) =>
        await runs.FindAsync(query.Durable, query.Id, cancellationToken) is not { } run ? null : new Life(query.Kind, run.Id, run.Status.ToString().ToLowerInvariant())
        {
            Reason = run.Error,
            Timeline = [.. TimelineOf(run)],
            Next = run.Status switch
            {
                ExportStatus.Queued => new NextStep("Its orchestration starts."),
                ExportStatus.Running => new NextStep($"It fetches on: {run.Progress.Percent} % done, {run.Progress.Rows} rows, behind {run.Progress.Cursor ?? "the beginning"}."),
                ExportStatus.Failed => new NextStep("An operator looks into the reason and resumes it."),
                _ => null,
            },
        };

    private static IEnumerable<TimelineEntry> TimelineOf(ExportRun run)
    {
        yield return new(run.StartedAt, TimelineStep.Received, $"An export to {run.Plan.Path} was asked for.") { By = run.RequestedBy };
        if (run.FinishedAt is { } at)
        {
            yield return run.Status switch
            {
                ExportStatus.Completed => new(at, TimelineStep.Decided, "The file was written.") { Detail = Counted(run) + (run.File is { } file ? $" {file.Bytes} bytes, SHA-256 {file.Sha256}." : "") },
                ExportStatus.Canceled => new(at, TimelineStep.Decided, "It was canceled by request; there is no file.") { Detail = Counted(run) },
                _ => new TimelineEntry(at, TimelineStep.Failed, "It stopped.") { Detail = run.Error },
            };
        }

        if (run.NoticeQueuedAt is { } queued)
        {
            yield return new(queued, TimelineStep.Decided, "The notice to notify_url was queued.");
        }

        if (run is { Notification: { } mail, FinishedAt: { } finished })
        {
            yield return new(finished, TimelineStep.Attempted, $"The mail about its end: {mail}.");
        }
    }

    private static string Counted(ExportRun run) => $"{run.Progress.Rows} rows of {run.Progress.Pages} pages; {run.Progress.ThrottledMs} ms waited for the rate limit.";
}
