using BillingFunctions.Platform.Email;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Platform.Email;

/// <summary>With a user and a password set, no mail goes out in a session that the server has not accepted them in.</summary>
public sealed class MailerAuthenticationTests
{
    [Theory]
    [InlineData("AUTH PLAIN")]
    [InlineData("AUTH LOGIN")]
    [InlineData("AUTH LOGIN PLAIN")]
    public async Task SendAsync_LoginAccepted_IsSent(string offer)
    {
        using var sink = new SmtpFake(offers: [offer]);

        Assert.Equal(MailResult.Sent, (await SendAsync(sink)).Result);

        Assert.Contains(sink.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH LOGIN", "535 5.7.8 wrong password", MailResult.Refused)]
    [InlineData("AUTH PLAIN", "535 5.7.8 wrong password", MailResult.Refused)]
    [InlineData("AUTH LOGIN", "550 account is closed", MailResult.Refused)]
    [InlineData("AUTH PLAIN", "504 not this way", MailResult.Refused)]
    [InlineData("AUTH LOGIN", "454 4.7.0 directory is away", MailResult.RefusedForNow)]
    [InlineData("AUTH LOGIN PLAIN", "432 4.7.12 change the password", MailResult.RefusedForNow)]
    public async Task SendAsync_LoginRefused_SendsNothingAndSaysWhy(string offer, string answer, MailResult expected)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(SmtpMoment.Authentication, answer), offers: [offer]);

        var outcome = await SendAsync(sink);

        Assert.Equal(expected, outcome.Result);
        Assert.Contains(answer, outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Reason, StringComparison.Ordinal);
        AssertNothingWasSent(sink);
    }

    [Fact]
    public async Task SendAsync_ServerOffersNoLogin_SendsNothingAndTriesLater()
    {
        using var sink = new SmtpFake();

        var outcome = await SendAsync(sink);

        Assert.Equal(MailResult.RefusedForNow, outcome.Result);
        Assert.Contains("Email__Smtp__UserName", outcome.Reason, StringComparison.Ordinal);
        AssertNothingWasSent(sink);
    }

    [Fact]
    public async Task SendAsync_ConnectionBreaksAmidTheLogin_SendsNothingAndTriesLater()
    {
        using var sink = new SmtpFake(_ => SmtpFault.Drop(SmtpMoment.Authentication), offers: ["AUTH PLAIN LOGIN"]);

        Assert.Equal(MailResult.RefusedForNow, (await SendAsync(sink)).Result);

        AssertNothingWasSent(sink);
    }

    private static Task<MailOutcome> SendAsync(SmtpFake sink) => TestMailer.SendAsync(sink, change: smtp => (smtp.UserName, smtp.Password) = ("billing", "s3cret"));

    private static void AssertNothingWasSent(SmtpFake sink)
    {
        Assert.DoesNotContain(sink.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.Empty(sink.Mails);
    }
}
