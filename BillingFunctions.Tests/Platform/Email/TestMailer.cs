using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Email;

/// <summary>Mailers that talk to a mail server of a test.</summary>
internal static class TestMailer
{
    public static Mail Letter { get; } = new("1@example.com", "ada@example.org", "Invoice", "text\n") { ToName = "Ada" };

    /// <summary>Without TLS, user and password, unless <paramref name="change"/> sets them.</summary>
    public static Mailer Create(SmtpFake sink, Action<SmtpOptions>? change = null, TimeProvider? time = null)
    {
        var smtp = new SmtpOptions { Host = "127.0.0.1", Port = sink.Port, UseTls = false };
        change?.Invoke(smtp);
        return new Mailer(Options.Create(new EmailOptions { From = "billing@example.com", Smtp = smtp }), ShadowMode.Off, time ?? TimeProvider.System);
    }

    public static Task<MailOutcome> SendAsync(SmtpFake sink, Mail? mail = null, Action<SmtpOptions>? change = null) =>
        Create(sink, change).SendAsync(mail ?? Letter, TestContext.Current.CancellationToken);
}
