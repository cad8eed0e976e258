using System.Net.Mail;
using System.Net.Security;
using BillingFunctions.Platform.Shadow;
using Microsoft.Extensions.Options;
using MimeKit;

namespace BillingFunctions.Platform.Email;

/// <summary>Sends mails by SMTP. In shadow mode they are recorded, and said to be sent.</summary>
public sealed class Mailer(IOptions<EmailOptions> options, ShadowMode shadow, TimeProvider time)
{
    /// <summary>How long a session with the mail server may take: the answer to the content alone may take ten minutes (RFC 5321, section 4.5.3.2.6).</summary>
    public static TimeSpan SessionLimit { get; } = TimeSpan.FromMinutes(12);

    private const int MaxDetail = 200;

    /// <summary>Judges the mail server's certificate; null for the rules of the machine.</summary>
    internal RemoteCertificateValidationCallback? IsTrusted { get; init; }

    /// <inheritdoc cref="SendAsync(Mail, Func{bool}, CancellationToken)"/>
    public Task<MailOutcome> SendAsync(Mail mail, CancellationToken cancellationToken) => SendAsync(mail, () => true, cancellationToken);

    /// <summary>Hands the mail to the mail server, within <see cref="SessionLimit"/>.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="isAllowed">Asked once, just before the content is sent. With no, nothing is sent.</param>
    /// <param name="cancellationToken">Ends the session as long as nothing of the content has been sent; from then on the session is let finish.</param>
    /// <returns>Whether the server has it. No failure of the server or the network is thrown.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled or not allowed, and the server certainly does not have the mail.</exception>
    public async Task<MailOutcome> SendAsync(Mail mail, Func<bool> isAllowed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var settings = options.Value;
        if (settings.FirstMissing is { } missing)
        {
            return MailOutcome.Refused($"{missing} is not set.");
        }

        if (!MailMessages.TryParse(mail.To, out var to))
        {
            return MailOutcome.Refused($"'{mail.To}' is not an address that mail can be sent to.");
        }

        if (shadow.IsOn)
        {
            return isAllowed() ? await RecordAsync(mail, cancellationToken) : throw new OperationCanceledException("The mail was stopped before it was recorded.", cancellationToken);
        }

        using var message = MailMessages.Create(new MailAddress(settings.From), to, mail, time.GetUtcNow());
        return await SendAsync(message, new MailHandover(isAllowed), cancellationToken);
    }

    private async Task<MailOutcome> RecordAsync(Mail mail, CancellationToken cancellationToken)
    {
        var action = new ShadowAction(ShadowKind.Mail, ShadowOperation.SendMail, mail.About ?? mail.MessageId, mail.MessageId)
        {
            Amount = mail.Amount,
            Month = mail.Month,
            Target = mail.To,
            Detail = MailText.Header(mail.Subject, MaxDetail),
        };
        await shadow.RecordAsync(cancellationToken, action);
        return MailOutcome.Shadowed;
    }

    private async Task<MailOutcome> SendAsync(MimeMessage message, MailHandover handover, CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource(SessionLimit, time);
        await using var atCancel = cancellationToken.Register(() =>
        {
            if (handover.TryPrevent())
            {
                abort.Cancel();
            }
        });
        var outcome = await new SmtpSession(options.Value.Smtp, IsTrusted, handover, time).SendAsync(message, abort.Token);
        return outcome.Result == MailResult.RefusedForNow && handover.IsPrevented
            ? throw new OperationCanceledException("The mail was stopped before its content was sent.", cancellationToken)
            : outcome;
    }
}
