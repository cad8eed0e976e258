using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Notices;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Exports.Ending;

/// <summary>
/// Tells whoever asked that an export has ended. A mail is never sent twice: it writes <c>sending</c> before and <c>sent</c> after, and leaves a mail alone that it
/// finds in <c>sending</c>, since that one may be out. A notice may be queued twice, with one id.
/// </summary>
public sealed class ExportNotifier(RunStore<ExportRun> store, Mailer mailer, NoticeQueue notices, TimeProvider time)
{
    /// <returns>The run with what became of mail and notice, if they were asked for. A canceled run has neither: whoever canceled it knows.</returns>
    internal async Task<ExportRun> NotifyAsync(ExportRun run, CancellationToken cancellationToken) =>
        run.Status == ExportStatus.Canceled ? run : await MailAsync(await PostAsync(run, cancellationToken), cancellationToken);

    private async Task<ExportRun> PostAsync(ExportRun run, CancellationToken cancellationToken)
    {
        if (run.NoticeQueuedAt is not null || run.Plan.NotifyUrl is not { } url)
        {
            return run;
        }

        var now = time.GetUtcNow();
        var type = $"export.{run.Status.ToString().ToLowerInvariant()}";
        await notices.EnqueueAsync(Notice.Create(IdOf(run), url, type, run.FinishedAt ?? now, ExportView.From(run, now)), cancellationToken);
        run = run with { NoticeQueuedAt = now };
        await store.SaveAsync(run, cancellationToken);
        return run;
    }

    private async Task<ExportRun> MailAsync(ExportRun run, CancellationToken cancellationToken)
    {
        if (run.Notification is not null || run.Plan.NotifyEmail is null)
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
            MailResult.Sent => outcome.Reason is null ? "sent" : $"sent: {outcome.Reason}",
            MailResult.RefusedForNow or MailResult.Refused => $"failed: {outcome.Reason}",
            MailResult.Unknown => $"unknown: {outcome.Reason}",
            var other => throw new InvalidOperationException($"{other} is not a result."),
        };
    }

    /// <summary>A resumed run ends more than once, each time with a mail and a notice of its own.</summary>
    private static string IdOf(ExportRun run) => $"{run.Id}.{run.FinishedAt?.ToUnixTimeMilliseconds()}";

    private static Mail Compose(ExportRun run)
    {
        var messageId = $"{IdOf(run)}@billing-functions";
        return run.File is { } file
            ? new Mail(messageId, run.Plan.NotifyEmail!, "Customer export completed", $"{run.Progress.Rows} customers are in {file.Path}.\nSHA-256: {file.Sha256}\nRun: {run.Id}\n") { About = run.Id }
            : new Mail(messageId, run.Plan.NotifyEmail!, "Customer export failed", $"The export to {run.Plan.Path} failed:\n{run.Error}\nRun: {run.Id}. It can be resumed.\n") { About = run.Id };
    }
}
