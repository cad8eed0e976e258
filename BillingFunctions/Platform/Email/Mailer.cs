using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Email;

/// <summary>Sends mails by SMTP.</summary>
public sealed class Mailer(IOptions<EmailOptions> options, TimeProvider time)
{
    /// <summary>How long a session with the mail server may take. Whoever marks a mail as being sent must let the mark stand longer than this.</summary>
    public static TimeSpan SessionLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Hands the mail to the mail server, within <see cref="SessionLimit"/>.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Ends the session as long as nothing of the content has been sent; from then on the session is let finish.</param>
    /// <returns>Whether the server has it. No failure of the server or the network is thrown.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled, and the server certainly does not have the mail.</exception>
    public async Task<MailOutcome> SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var settings = options.Value;
        if (settings.FirstMissing is { } missing)
        {
            return MailOutcome.Refused($"{missing} is not set.");
        }

        if (!EmailAddress.TryParse(mail.To, out var to))
        {
            return MailOutcome.Refused($"'{mail.To}' is not an address that mail can be sent to.");
        }

        var handover = new MailHandover();
        using var message = MailMessages.Create(new MailAddress(settings.From), mail with { To = to.Address }, handover);
        using var session = new SmtpSession(settings.Smtp, message, handover);
        var outcome = await RunAsync(session, cancellationToken);
        if (outcome.Result == MailResult.RefusedForNow)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return outcome;
    }

    private async Task<MailOutcome> RunAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SessionLimit, time);
        await using var atLimit = limit.Token.Register(session.Abort);
        await using var atCancel = cancellationToken.Register(session.Cancel);
        var outcome = await session.RunAsync();
        return outcome.Result != MailResult.Sent && limit.IsCancellationRequested
            ? outcome with { Reason = $"The mail server took longer than {SessionLimit.TotalSeconds} s." }
            : outcome;
    }
}
