using System.Net;
using System.Net.Mail;

namespace BillingFunctions.Platform.Email;

/// <summary>One session with the mail server for one message, with an outcome that is known even when the session breaks.</summary>
internal sealed class SmtpSession : IDisposable
{
    private readonly SmtpClient _client;
    private readonly MailMessage _message;
    private readonly MailHandover _handover;

    /// <param name="settings">The server; its host must be set.</param>
    /// <param name="message">The message, made with <paramref name="handover"/>.</param>
    /// <param name="handover">Tells whether the content has been sent.</param>
    public SmtpSession(SmtpOptions settings, MailMessage message, MailHandover handover)
    {
        (_message, _handover) = (message, handover);
        _client = new SmtpClient(settings.Host, settings.Port)
        {
            EnableSsl = settings.UseTls,
            Timeout = (int)Mailer.SessionLimit.TotalMilliseconds,
            Credentials = settings.UserName is { Length: > 0 } user ? new NetworkCredential(user, settings.Password) : null,
        };
    }

    /// <summary>Sends the message. Whatever goes wrong is told by the outcome.</summary>
    /// <remarks>On a thread of its own: the framework's client does not await the server's final answer, but blocks for it.</remarks>
    public async Task<MailOutcome> RunAsync()
    {
        try
        {
            await Task.Factory.StartNew(() => _client.Send(_message), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return MailOutcome.Sent;
        }
        catch (Exception failure)
        {
            return Judge(failure);
        }
    }

    /// <summary>Ends the session if nothing of the mail has been sent yet; else lets it finish.</summary>
    public void Cancel()
    {
        if (_handover.TryPrevent())
        {
            Dispose();
        }
    }

    /// <summary>Ends the session, wherever it is.</summary>
    public void Abort()
    {
        _handover.TryPrevent();
        Dispose();
    }

    /// <summary>Says goodbye or, amid a session, hangs up. Neither changes whether the server has the mail, so how it goes does not matter.</summary>
    public void Dispose()
    {
        try
        {
            _client.Dispose();
        }
        catch (Exception)
        {
            // The server may have gone already, which each layer below tells in its own way.
        }
    }

    private MailOutcome Judge(Exception failure)
    {
        var reason = failure.GetBaseException() is var cause && cause != failure ? $"{failure.Message} {cause.Message}" : failure.Message;

        // A number that the server has given is its answer, even to the content's final dot.
        return failure is SmtpException { StatusCode: var status } && (int)status is >= 400 and < 600
            ? (int)status < 500 ? MailOutcome.RefusedForNow(reason) : MailOutcome.Refused(reason)
            : _handover.HasBegun ? MailOutcome.Unknown(reason)
            : MailOutcome.RefusedForNow(reason);
    }
}
