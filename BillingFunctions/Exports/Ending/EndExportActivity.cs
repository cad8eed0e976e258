using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Exports.Ending;

/// <summary>
/// Ends a run: publishes the file if all has been read, writes how it ended, stops the stretches that still work for it, and sends the mail. May run twice: each step finds
/// what it has done before. A completed or canceled run stays so: after a crash the orchestrator may decide anew, and come to another end.
/// </summary>
public sealed class EndExportActivity(RunStore<ExportRun> store, ExportPublisher publisher, ExportNotifier notifier, StretchProgressStore progress, TimeProvider time)
{
    [Function(nameof(EndExportActivity))]
    public async Task<Answer<ExportStatus>> RunAsync([ActivityTrigger] ExportEnd end, CancellationToken cancellationToken)
    {
        Edge.About("run_id", end.State.Plan.RunId);
        var run = await store.FindAsync(end.State.Plan.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"The run {end.State.Plan.RunId} is not stored.");
        if (run.Status is not (ExportStatus.Completed or ExportStatus.Canceled))
        {
            run = Ended(run, await publisher.PublishAsync(end, cancellationToken));
            await store.SaveAsync(run, cancellationToken);
        }

        await progress.CloseAsync(run.Id, cancellationToken);
        run = await notifier.NotifyAsync(run, cancellationToken);
        Edge.EndsAs(run.Status.ToString());
        return Answer.To(end, run.Status);
    }

    private ExportRun Ended(ExportRun run, ExportEnd end) => run with
    {
        Status = end.Status,
        FinishedAt = time.GetUtcNow(),
        Progress = ExportProgress.From(end.State),
        File = end.File,
        Error = end.Error,
        Checkpoint = end.Status == ExportStatus.Failed ? end.State : null,
    };
}

/// <summary>How a run ended.</summary>
/// <param name="Status">Completed, failed or canceled.</param>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="File">What it made.</param>
public sealed record ExportEnd(ExportStatus Status, ExportState State, string? Error = null, ExportedFile? File = null) : IRequest
{
    string IRequest.Key => $"end {Status}";

    public static ExportEnd Complete(ExportState state) => new(ExportStatus.Completed, state);

    public static ExportEnd Failed(ExportState state, string error) => new(ExportStatus.Failed, state, error);

    public static ExportEnd Canceled(ExportState state) => new(ExportStatus.Canceled, state);
}

/// <summary>The finished file.</summary>
/// <param name="Path"><c>container/prefix/name</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
public sealed record ExportedFile(string Path, long Bytes, string Sha256);
