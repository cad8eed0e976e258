using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Exports;

/// <summary>Writes how a run ended. May run twice: it writes the same again.</summary>
public sealed class FinishExportActivity(ExportRunStore store, TimeProvider time)
{
    [Function(nameof(FinishExportActivity))]
    public async Task RunAsync([ActivityTrigger] ExportEnd end, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(end.State.Plan.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"The run {end.State.Plan.RunId} is not stored.");
        await store.SaveAsync(
            run with
            {
                Status = end.Status,
                FinishedAt = time.GetUtcNow(),
                Progress = ExportProgress.Of(end.State),
                File = end.File,
                Error = end.Error,
                Checkpoint = end.Status == ExportStatus.Failed ? end.State : null,
            },
            cancellationToken);
    }
}
