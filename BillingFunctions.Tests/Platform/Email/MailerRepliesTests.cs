using BillingFunctions.Platform.Email;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Platform.Email;

/// <summary>A reply is its code; the text after it may be missing, or fill several lines (RFC 5321, section 4.2).</summary>
public sealed class MailerRepliesTests
{
    [Theory]
    [InlineData(nameof(SmtpMoment.Greeting), "220")]
    [InlineData(nameof(SmtpMoment.Hello), "250")]
    [InlineData(nameof(SmtpMoment.Sender), "250")]
    [InlineData(nameof(SmtpMoment.Recipient), "251")]
    [InlineData(nameof(SmtpMoment.Data), "354")]
    [InlineData(nameof(SmtpMoment.Dot), "250")]
    [InlineData(nameof(SmtpMoment.Dot), "250 ")]
    [InlineData(nameof(SmtpMoment.Dot), "250-\r\n250")]
    [InlineData(nameof(SmtpMoment.Dot), "250-queued\r\n250 as 17")]
    [InlineData(nameof(SmtpMoment.Dot), "252 perhaps")]
    public async Task SendAsync_ReplyInOtherWords_IsAYes(string moment, string reply)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Say(Enum.Parse<SmtpMoment>(moment), reply));

        Assert.Equal(MailResult.Sent, (await TestMailer.SendAsync(sink)).Result);

        Assert.Single(sink.Mails);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Greeting), "421", MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Recipient), "450", MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Recipient), "550-no\r\n550", MailResult.Refused)]
    [InlineData(nameof(SmtpMoment.Dot), "451", MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Dot), "554", MailResult.Refused)]
    public async Task SendAsync_RefusalWithoutText_IsARefusalWithItsCode(string moment, string reply, MailResult expected)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(Enum.Parse<SmtpMoment>(moment), reply));

        var outcome = await TestMailer.SendAsync(sink);

        Assert.Equal(expected, outcome.Result);
        Assert.Contains(reply[..3], outcome.Reason, StringComparison.Ordinal);
    }

    /// <summary>Servers that offer it get sender and receiver in one go.</summary>
    [Fact]
    public async Task SendAsync_ReceiverRefusedByAServerThatPipelines_SendsNoContent()
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(SmtpMoment.Recipient, "550 nobody"), offers: ["PIPELINING", "SIZE 1000000"]);

        Assert.Equal(MailResult.Refused, (await TestMailer.SendAsync(sink)).Result);

        Assert.DoesNotContain("DATA", sink.Commands);
    }
}
