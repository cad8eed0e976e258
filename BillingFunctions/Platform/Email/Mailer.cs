using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Email;

/// <summary>A plain text mail.</summary>
/// <param name="MessageId">The <c>Message-ID</c> without brackets; the same for the same mail, so that a receiver can tell a repetition.</param>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
public sealed record Mail(string MessageId, string To, string Subject, string Text);

/// <summary>Sends mails by SMTP.</summary>
public sealed class Mailer(IOptions<EmailOptions> options)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Hands the mail to the mail server.</summary>
    /// <exception cref="SmtpException">The server refused it or cannot be reached; whether it has the mail is then not always known.</exception>
    public async Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (string.IsNullOrEmpty(settings.Smtp.Host))
        {
            throw new SmtpException(SmtpStatusCode.MailboxUnavailable, "Email__Smtp__Host is not set.");
        }

        using var client = new SmtpClient(settings.Smtp.Host, settings.Smtp.Port)
        {
            EnableSsl = settings.Smtp.UseTls,
            Credentials = settings.Smtp.UserName is { Length: > 0 } user ? new NetworkCredential(user, settings.Smtp.Password) : null,
        };
        using var message = new MailMessage(settings.From, mail.To, mail.Subject, mail.Text);
        message.Headers.Add("Message-ID", $"<{mail.MessageId}>");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        await client.SendMailAsync(message, timeout.Token);
    }
}

internal static class EmailRegistration
{
    public static IServiceCollection AddEmail(this IServiceCollection services)
    {
        services.AddOptions<EmailOptions>().BindConfiguration(EmailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>();
        services.AddSingleton<Mailer>();
        return services;
    }
}
