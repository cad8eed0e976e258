using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Exports.Ending;

/// <summary>A run whose end is to be told.</summary>
public sealed record NotifyExport(string RunId) : IRequest
{
    string IRequest.Key => "notify";
}

/// <summary>
/// Tells whoever asked that the export has ended. May run twice, and yet never sends twice: it writes <c>sending</c> before and <c>sent</c> after,
/// and leaves a mail alone that it finds in <c>sending</c>, since that one may be out.
/// </summary>
public sealed class NotifyExportActivity(RunStore<ExportRun> store, Mailer mailer)
{
    [Function(nameof(NotifyExportActivity))]
    public async Task<Answer<string?>> RunAsync([ActivityTrigger] NotifyExport end, CancellationToken cancellationToken)
    {
        Edge.About("run_id", end.RunId);
        var run = await store.FindAsync(end.RunId, cancellationToken) ?? throw new InvalidOperationException($"The run {end.RunId} is not stored.");
        if (run.Notification is null && run.Plan.NotifyEmail is not null)
        {
            await store.SaveAsync(run with { Notification = "sending" }, cancellationToken);
            run = run with { Notification = await SendAsync(run, cancellationToken) };
            await store.SaveAsync(run, cancellationToken);
        }

        return Answer.To(end, run.Notification);
    }

    private async Task<string> SendAsync(ExportRun run, CancellationToken cancellationToken)
    {
        var outcome = await mailer.SendAsync(Compose(run), cancellationToken);
        return outcome.Result switch
        {
            MailResult.Sent => "sent",
            MailResult.RefusedForNow or MailResult.Refused => $"failed: {outcome.Reason}",
            MailResult.Unknown => $"unknown: {outcome.Reason}",
            var other => throw new InvalidOperationException($"{other} is not a result."),
        };
    }

    private static Mail Compose(ExportRun run)
    {
        // A resumed run ends more than once, each time with a mail of its own.
        var messageId = $"{run.Id}.{run.FinishedAt?.ToUnixTimeMilliseconds()}@billing-functions";
        return run.File is { } file
            ? new Mail(messageId, run.Plan.NotifyEmail!, "Customer export completed", $"{run.Progress.Rows} customers are in {file.Path}.\nSHA-256: {file.Sha256}\nRun: {run.Id}\n")
            : new Mail(messageId, run.Plan.NotifyEmail!, "Customer export failed", $"The export to {run.Plan.Path} failed:\n{run.Error}\nRun: {run.Id}. It can be resumed.\n");
    }
}
