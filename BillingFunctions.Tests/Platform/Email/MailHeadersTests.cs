using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Email;

/// <summary>Names and subjects come from customers' files: none may become a header, or a receiver.</summary>
public sealed class MailHeadersTests
{
    public static TheoryData<string, string> Names => new()
    {
        { "", "" },
        { "Ada Lovelace", "Ada Lovelace" },
        { "Müller & Söhne", "Müller & Söhne" },
        { "山田 太郎 😀", "山田 太郎 😀" },
        { "Ada\r\nBcc: eve@example.com", "Ada Bcc: eve@example.com" },
        { "Müller\r\nBcc: eve@example.com", "Müller Bcc: eve@example.com" },
        { "Ada\u2028Bcc: eve\u0085X: y\0\v\t!", "Ada Bcc: eve X: y !" },
        { "Ada\" <eve@example.com>, \"Bob", "Ada' <eve@example.com>, 'Bob" },
        { "\"Ada\"", "'Ada'" },
        { "Ada\\", "Ada/" },
        { "Ada\\\" <eve@example.com>", "Ada/' <eve@example.com>" },
        { "\u202EadA\uD800", "adA" },
        { "می\u200Cخواهم", "می\u200Cخواهم" },
        { "ක්\u200Dෂ Café", "ක්\u200Dෂ Café" },
        { "👩\u200D💻", "👩\u200D💻" },
        { "A\u200Dda\u200C", "Ada" },
        { "\u200Dمی \u200C", "می" },
        { "=?utf-8?q?=0D=0ABcc:_eve@example.com?=", "=?utf-8?q?=0D=0ABcc:_eve@example.com?=" },
        { new string('ü', 500), new string('ü', 100) },
        { new string('x', 99) + "😀", new string('x', 99) },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task SendAsync_AnyName_StaysAName(string name, string expected)
    {
        var raw = await SendAsync(name, "Invoice");

        var mail = ReceivedMail.Parse(raw);
        Assert.Equal(["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"], mail.Headers.Select(header => header.Name.ToLowerInvariant()).Order());
        var to = name.StartsWith("=?", StringComparison.Ordinal) ? mail["To"] : mail.Decoded("To");
        Assert.Equal(expected.Length == 0 ? "ada@example.org" : $"{expected} <ada@example.org>", to.Replace("\"", "", StringComparison.Ordinal));
        Assert.All(raw.Split("\n\n")[0].Split('\n'), line => Assert.True(line.Length <= 998 && line.All(char.IsAscii), line));
    }

    [Theory]
    [InlineData("Invoice\r\nBcc: eve@example.com", "Invoice Bcc: eve@example.com")]
    [InlineData("Rechnung für März", "Rechnung für März")]
    [InlineData("Grüße\n\n<html>", "Grüße <html>")]
    public async Task SendAsync_AnySubject_StaysASubject(string subject, string expected)
    {
        var mail = ReceivedMail.Parse(await SendAsync("Ada", subject));

        Assert.Equal(expected, mail.Decoded("Subject"));
        Assert.DoesNotContain(mail.Headers, header => header.Name == "Bcc");
    }

    [Fact]
    public async Task SendAsync_BodyLikeTheProtocol_ArrivesWhole()
    {
        const string Body = "a\r\n.\r\nMAIL FROM:<eve@example.com>\r\n..\r\n.b";
        using var sink = new SmtpFake();

        await Mailer(sink).SendAsync(new Mail("1@example.com", "ada@example.org", "s", Body), TestContext.Current.CancellationToken);

        Assert.Equal(Body, ReceivedMail.Parse(Assert.Single(sink.Mails)).Text);
        Assert.Single(sink.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    private static async Task<string> SendAsync(string name, string subject)
    {
        using var sink = new SmtpFake();
        var mail = new Mail("1@example.com", "ada@example.org", subject, "text") { ToName = name, Html = "<p>" };
        Assert.Equal(MailResult.Sent, (await Mailer(sink).SendAsync(mail, TestContext.Current.CancellationToken)).Result);
        Assert.Equal(["RCPT TO:<ada@example.org>"], sink.Commands.Where(command => command.StartsWith("RCPT", StringComparison.Ordinal)));
        return Assert.Single(sink.Mails);
    }

    private static Mailer Mailer(SmtpFake sink) =>
        new(Options.Create(new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = "127.0.0.1", Port = sink.Port, UseTls = false } }), ShadowMode.Off, TimeProvider.System);
}
