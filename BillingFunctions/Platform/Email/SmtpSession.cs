using System.Net.Security;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace BillingFunctions.Platform.Email;

/// <summary>One session with the mail server for one message, with an outcome that is known even when the session breaks.</summary>
/// <param name="settings">The server; its host must be set.</param>
/// <param name="isTrusted">Judges the server's certificate; null for the rules of the machine.</param>
/// <param name="handover">Tells whether the content has been sent.</param>
/// <param name="time">The clock.</param>
internal sealed class SmtpSession(SmtpOptions settings, RemoteCertificateValidationCallback? isTrusted, MailHandover handover, TimeProvider time)
{
    /// <summary>How long to wait for the answer to <c>QUIT</c>, which changes nothing.</summary>
    private static readonly TimeSpan QuitLimit = TimeSpan.FromSeconds(5);

    /// <summary>Sends the message. Whatever goes wrong is told by the outcome.</summary>
    /// <param name="message">The message, with one receiver.</param>
    /// <param name="abort">Ends the session, wherever it is.</param>
    public async Task<MailOutcome> SendAsync(MimeMessage message, CancellationToken abort)
    {
        // Revocation lists are often out of reach for a server, and then no mail would go out.
        using var client = new SmtpClient { ServerCertificateValidationCallback = isTrusted, CheckCertificateRevocation = false };
        var outcome = await TalkAsync(client, message, abort);
        await QuitAsync(client);
        return outcome;
    }

    private async Task<MailOutcome> TalkAsync(SmtpClient client, MimeMessage message, CancellationToken abort)
    {
        try
        {
            await client.ConnectAsync(settings.Host!, settings.Port, settings.Security, abort);
            if (settings.UserName is { Length: > 0 } user)
            {
                if (client.AuthenticationMechanisms.Count == 0)
                {
                    return MailOutcome.RefusedForNow("The mail server offers no login, but Email__Smtp__UserName is set.");
                }

                await client.AuthenticateAsync(user, settings.Password!, abort);
            }

            // Behind the @ there is always a form in ASCII, which needs nothing special of a server.
            var isInternational = message.To.Mailboxes.Any(to => !Ascii.IsValid(to.LocalPart));
            if (!isInternational)
            {
                client.Capabilities &= ~SmtpCapabilities.UTF8;
            }
            else if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime))
            {
                return MailOutcome.Refused("The address has letters beyond ASCII before the @, and the mail server does not offer SMTPUTF8, which such addresses need.");
            }

            return MailOutcome.SentWith(await client.SendAsync(new FormatOptions { International = isInternational }, message, abort, handover));
        }
        catch (Exception failure)
        {
            return Judge(failure);
        }
    }

    private MailOutcome Judge(Exception failure) => failure switch
    {
        SmtpCommandException refusal => JudgeReply((int)refusal.StatusCode, refusal.Message),
        ServiceNotAuthenticatedException refusal => JudgeReply((int)SmtpStatusCode.AuthenticationRequired, refusal.Message),
        AuthenticationException { InnerException: SmtpCommandException refusal } => JudgeReply((int)refusal.StatusCode, $"{refusal.Message} (login as Email__Smtp__UserName)"),
        AuthenticationException => MailOutcome.Refused("The mail server refused every way to log in as Email__Smtp__UserName."),
        OperationCanceledException => JudgeBreak($"The mail server took longer than {Mailer.SessionLimit.TotalMinutes} min."),
        _ => JudgeBreak(failure.Message),
    };

    /// <summary>The first digit decides (RFC 5321, section 4.2.1). A refusal is one even in answer to the content's final dot.</summary>
    private MailOutcome JudgeReply(int code, string text) => code switch
    {
        >= 200 and < 300 when handover.HasBegun => MailOutcome.Sent with { ReplyCode = code },
        >= 400 and < 500 => MailOutcome.RefusedForNow($"{code} {text}") with { ReplyCode = code },
        >= 500 and < 600 => MailOutcome.Refused($"{code} {text}") with { ReplyCode = code },
        _ => JudgeBreak($"The mail server answered {code} {text}"),
    };

    private MailOutcome JudgeBreak(string reason) => handover.HasBegun ? MailOutcome.Unknown(reason) : MailOutcome.RefusedForNow(reason);

    /// <summary>Says goodbye if the session still stands. How that goes does not change whether the server has the mail.</summary>
    private async Task QuitAsync(SmtpClient client)
    {
        using var limit = new CancellationTokenSource(QuitLimit, time);
        try
        {
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception)
        {
            // The server may have gone already, which each layer below tells in its own way.
        }
    }
}
