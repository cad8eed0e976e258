using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Exports.Ending;

/// <summary>
/// Tells whoever asked that an export has ended. Never sends twice: it writes <c>sending</c> before and <c>sent</c> after, and leaves a mail alone that it finds in
/// <c>sending</c>, since that one may be out.
/// </summary>
public sealed class ExportNotifier(RunStore<ExportRun> store, Mailer mailer)
{
    /// <returns>The run with what became of the mail, if one was asked for.</returns>
    internal async Task<ExportRun> NotifyAsync(ExportRun run, CancellationToken cancellationToken)
    {
        if (run.Notification is not null || run.Plan.NotifyEmail is null || run.Status == ExportStatus.Canceled)
        {
            return run;
        }

        await store.SaveAsync(run with { Notification = "sending" }, cancellationToken);
        run = run with { Notification = await SendAsync(run, cancellationToken) };
        await store.SaveAsync(run, cancellationToken);
        return run;
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
