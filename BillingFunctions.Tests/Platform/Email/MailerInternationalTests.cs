using BillingFunctions.Platform.Email;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Platform.Email;

/// <summary>Letters beyond ASCII before the @ need a server with SMTPUTF8 (RFC 6531); behind it they do not.</summary>
public sealed class MailerInternationalTests
{
    private static readonly string[] International = ["8BITMIME", "SMTPUTF8"];

    [Theory]
    [InlineData("ädä@example.org", "RCPT TO:<ädä@example.org>")]
    [InlineData("用户@example.org", "RCPT TO:<用户@example.org>")]
    [InlineData("δοκιμή@παράδειγμα.example", "RCPT TO:<δοκιμή@παράδειγμα.example>")]
    public async Task SendAsync_InternationalAddressAndServer_IsSent(string address, string command)
    {
        using var sink = new SmtpFake(offers: International);

        Assert.Equal(MailResult.Sent, (await TestMailer.SendAsync(sink, TestMailer.Letter with { To = address })).Result);

        Assert.Contains(command, sink.Commands);
        Assert.Contains(sink.Commands, line => line.StartsWith("MAIL", StringComparison.Ordinal) && line.Contains(" SMTPUTF8", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ädä@example.org")]
    [InlineData("用户@example.org", "8BITMIME")]
    [InlineData("josé@example.org", "SMTPUTF8")]
    public async Task SendAsync_InternationalAddressAndAServerThatIsNot_IsRefusedWithTheReason(string address, params string[] offers)
    {
        using var sink = new SmtpFake(offers: offers);

        var outcome = await TestMailer.SendAsync(sink, TestMailer.Letter with { To = address });

        Assert.Equal(MailResult.Refused, outcome.Result);
        Assert.Contains("SMTPUTF8", outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(sink.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ada@example.org", "Müller", "RCPT TO:<ada@example.org>")]
    [InlineData("ada@例え.example", "山田", "RCPT TO:<ada@xn--r8jz45g.example>")]
    [InlineData("ada@bücher.example", "Ada", "RCPT TO:<ada@xn--bcher-kva.example>")]
    public async Task SendAsync_AddressThatNeedsNone_DoesNotUseIt(string address, string name, string command)
    {
        using var sink = new SmtpFake(offers: International);

        Assert.Equal(MailResult.Sent, (await TestMailer.SendAsync(sink, TestMailer.Letter with { To = address, ToName = name })).Result);

        Assert.Contains(command, sink.Commands);
        Assert.DoesNotContain(sink.Commands, line => line.Contains("SMTPUTF8", StringComparison.Ordinal));
        Assert.All(Assert.Single(sink.Mails).Split("\n\n")[0], letter => Assert.True(char.IsAscii(letter)));
    }
}
