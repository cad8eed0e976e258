using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Exports.Ending;

/// <summary>
/// Writes how a run ended, and stops the stretches that still work for it. May run twice: it writes the same again. A completed run stays so: after a crash the orchestrator
/// may decide anew, and the end that it decided on before may be written later.
/// </summary>
public sealed class FinishExportActivity(RunStore<ExportRun> store, StretchProgressStore progress, TimeProvider time)
{
    [Function(nameof(FinishExportActivity))]
    public async Task<Answer<ExportStatus>> RunAsync([ActivityTrigger] ExportEnd end, CancellationToken cancellationToken)
    {
        Edge.About("run_id", end.State.Plan.RunId);
        Edge.EndsAs(end.Status.ToString());
        var run = await store.FindAsync(end.State.Plan.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"The run {end.State.Plan.RunId} is not stored.");
        if (run.Status != ExportStatus.Completed)
        {
            run = Ended(run, end);
            await store.SaveAsync(run, cancellationToken);
        }

        await progress.CloseAsync(run.Id, cancellationToken);
        return Answer.To(end, run.Status);
    }

    private ExportRun Ended(ExportRun run, ExportEnd end) => run with
    {
        Status = end.Status,
        FinishedAt = time.GetUtcNow(),
        Progress = ExportProgress.Of(end.State),
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
    string IRequest.Key => $"finish {Status}";

    public static ExportEnd Complete(ExportState state) => new(ExportStatus.Completed, state);

    public static ExportEnd Failed(ExportState state, string error) => new(ExportStatus.Failed, state, error);

    public static ExportEnd Canceled(ExportState state) => new(ExportStatus.Canceled, state);
}

/// <summary>The finished file.</summary>
/// <param name="Path"><c>container/prefix/name</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
public sealed record ExportedFile(string Path, long Bytes, string Sha256);
