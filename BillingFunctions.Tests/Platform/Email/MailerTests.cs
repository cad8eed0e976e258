using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Email;

public sealed class MailerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Mail Letter { get; } = new("2026-10.abc@example.com", "ada@example.org", "Invoice", "Grüße,\n.\nBilling\n")
    {
        ToName = "Ada",
        Html = "<p>Grüße,</p>",
    };

    public static TheoryData<string, string> Answers => new()
    {
        { nameof(SmtpMoment.Greeting), "421 busy" },
        { nameof(SmtpMoment.Hello), "451 later" },
        { nameof(SmtpMoment.Sender), "452 full" },
        { nameof(SmtpMoment.Recipient), "450 greylisted" },
        { nameof(SmtpMoment.Recipient), "451 later" },
        { nameof(SmtpMoment.Data), "451 later" },
        { nameof(SmtpMoment.Dot), "421 going down" },
        { nameof(SmtpMoment.Dot), "451 later" },
        { nameof(SmtpMoment.Dot), "452 full" },
        { nameof(SmtpMoment.Greeting), "554 no service" },
        { nameof(SmtpMoment.Sender), "530 authenticate" },
        { nameof(SmtpMoment.Recipient), "550 nobody" },
        { nameof(SmtpMoment.Recipient), "553 not a name" },
        { nameof(SmtpMoment.Recipient), "554 no" },
        { nameof(SmtpMoment.Data), "554 no" },
        { nameof(SmtpMoment.Dot), "550 spam" },
        { nameof(SmtpMoment.Dot), "552 too large" },
        { nameof(SmtpMoment.Dot), "554 no" },
    };

    [Fact]
    public async Task SendAsync_ServerAccepts_IsSentOnceWithBothBodies()
    {
        using var sink = new SmtpFake();

        Assert.Equal(MailResult.Sent, (await SendAsync(sink, Letter)).Result);

        var mail = ReceivedMail.Parse(Assert.Single(sink.Mails));
        Assert.Equal(("<2026-10.abc@example.com>", "Invoice", "billing@example.com"), (mail["Message-ID"], mail["Subject"], mail["From"]));
        Assert.Equal("Ada <ada@example.org>", mail["To"]);
        Assert.StartsWith("multipart/alternative;", mail["Content-Type"], StringComparison.Ordinal);
        Assert.Equal((Letter.Text, Letter.Html), (mail.Text, mail.Html));
        Assert.Equal(["text/plain", "text/html"], mail.Parts.Keys);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task SendAsync_ServerAnswersNo_IsRefusedForNowOrForGood(string moment, string answer)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(Enum.Parse<SmtpMoment>(moment), answer));

        var outcome = await SendAsync(sink, Letter);

        Assert.Equal(answer[0] == '4' ? MailResult.RefusedForNow : MailResult.Refused, outcome.Result);
        Assert.Contains(answer[4..], outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(sink.Mails);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Greeting))]
    [InlineData(nameof(SmtpMoment.Hello))]
    [InlineData(nameof(SmtpMoment.Sender))]
    [InlineData(nameof(SmtpMoment.Recipient))]
    [InlineData(nameof(SmtpMoment.Data))]
    public async Task SendAsync_ConnectionBreaksBeforeContent_IsRefusedForNow(string moment)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Drop(Enum.Parse<SmtpMoment>(moment)));

        Assert.Equal(MailResult.RefusedForNow, (await SendAsync(sink, Letter)).Result);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Content))]
    [InlineData(nameof(SmtpMoment.Dot))]
    public async Task SendAsync_ConnectionBreaksAfterContentBegan_IsUnknown(string moment)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Drop(Enum.Parse<SmtpMoment>(moment)));

        Assert.Equal(MailResult.Unknown, (await SendAsync(sink, Letter)).Result);
    }

    [Fact]
    public async Task SendAsync_AcceptedButAnswerLost_IsUnknown()
    {
        using var sink = new SmtpFake(_ => SmtpFault.AcceptAndDrop);

        Assert.Equal(MailResult.Unknown, (await SendAsync(sink, Letter)).Result);
        Assert.Single(sink.Mails);
    }

    [Theory]
    [InlineData("354 go on")]
    [InlineData("nonsense")]
    [InlineData("650 what")]
    public async Task SendAsync_AnswerToTheDotIsNone_IsUnknown(string answer)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(SmtpMoment.Dot, answer));

        Assert.Equal(MailResult.Unknown, (await SendAsync(sink, Letter)).Result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_FarewellFails_IsSent(bool refuses)
    {
        using var sink = new SmtpFake(_ => refuses ? SmtpFault.Refuse(SmtpMoment.Quit, "421 gone") : SmtpFault.Drop(SmtpMoment.Quit));

        Assert.Equal(MailResult.Sent, (await SendAsync(sink, Letter)).Result);
        Assert.Single(sink.Mails);
    }

    [Fact]
    public async Task SendAsync_FarewellIsNotAnswered_IsSentAfterFiveSeconds()
    {
        using var sink = new SmtpFake(_ => SmtpFault.Hang(SmtpMoment.Quit));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var sending = Mailer(sink.Port, time).SendAsync(Letter, Token);
        await sink.HangingAsync(Token);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(MailResult.Sent, (await sending).Result);
    }

    /// <summary>The answer comes first, and what follows it does not matter.</summary>
    [Theory]
    [InlineData("550 spam", MailResult.Refused)]
    [InlineData("421 going down", MailResult.RefusedForNow)]
    public async Task SendAsync_RefusedAndCutOff_IsRefused(string answer, MailResult expected)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Refuse(SmtpMoment.Dot, answer) with { ThenHangsUp = true });

        Assert.Equal(expected, (await SendAsync(sink, Letter)).Result);
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsRefusedForNow()
    {
        var sink = new SmtpFake();
        var port = sink.Port;
        sink.Dispose();

        Assert.Equal(MailResult.RefusedForNow, (await Mailer(port).SendAsync(Letter, Token)).Result);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Greeting), MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Recipient), MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Data), MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Content), MailResult.Unknown)]
    [InlineData(nameof(SmtpMoment.Dot), MailResult.Unknown)]
    public async Task SendAsync_ServerHangs_EndsAfterTheLimit(string moment, MailResult expected)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Hang(Enum.Parse<SmtpMoment>(moment)));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var sending = Mailer(sink.Port, time).SendAsync(Letter, Token);
        await sink.HangingAsync(Token);
        time.Advance(BillingFunctions.Platform.Email.Mailer.SessionLimit - TimeSpan.FromSeconds(1));
        Assert.False(sending.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));

        var outcome = await sending;
        Assert.Equal((expected, "The mail server took longer than 12 min."), (outcome.Result, outcome.Reason));
    }

    /// <summary>RFC 5321, section 4.5.3.2.6: ten minutes.</summary>
    [Theory]
    [InlineData(nameof(SmtpMoment.Dot), 600)]
    [InlineData(nameof(SmtpMoment.Dot), 35)]
    [InlineData(nameof(SmtpMoment.Data), 120)]
    [InlineData(nameof(SmtpMoment.Greeting), 299)]
    public async Task SendAsync_ServerTakesItsTime_IsSent(string moment, int seconds)
    {
        using var sink = new SmtpFake(_ => SmtpFault.Hang(Enum.Parse<SmtpMoment>(moment)) with { KeepsMail = true });
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var sending = Mailer(sink.Port, time).SendAsync(Letter, Token);
        await sink.HangingAsync(Token);

        time.Advance(TimeSpan.FromSeconds(seconds));
        sink.Release();

        Assert.Equal(MailResult.Sent, (await sending).Result);
        Assert.Single(sink.Mails);
    }

    [Fact]
    public async Task SendAsync_AnyMail_SaysThatAMachineHasSentIt()
    {
        using var sink = new SmtpFake();

        await SendAsync(sink, Letter);
        await SendAsync(sink, Letter with { Html = null, ToName = null });

        Assert.All(sink.Received, mail => Assert.Equal("auto-generated", mail["Auto-Submitted"]));
    }

    [Fact]
    public async Task SendAsync_CancelledBeforeContent_ThrowsAndNothingIsSent()
    {
        using var sink = new SmtpFake(_ => SmtpFault.Hang(SmtpMoment.Recipient));
        using var cancellation = new CancellationTokenSource();
        var sending = Mailer(sink.Port).SendAsync(Letter, cancellation.Token);
        await sink.HangingAsync(Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(sink.Mails);
    }

    /// <summary>The sender may no longer send, which it finds out when the server has said yes to <c>DATA</c>.</summary>
    [Fact]
    public async Task SendAsync_NotAllowedAnyMore_SendsNoByteOfTheContent()
    {
        using var sink = new SmtpFake();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Mailer(sink.Port).SendAsync(Letter with { Text = new string('x', 100_000) }, () => false, Token));
        await Poll.UntilAsync(() => Task.FromResult(sink.OpenSessions), open => open == 0);

        Assert.Equal("DATA", sink.Commands.Last());
        Assert.Empty(sink.ContentLines);
    }

    [Fact]
    public async Task SendAsync_CancelledAfterContentBegan_LetsTheSessionFinish()
    {
        using var sink = new SmtpFake(_ => SmtpFault.Hang(SmtpMoment.Dot));
        using var cancellation = new CancellationTokenSource();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var sending = Mailer(sink.Port, time).SendAsync(Letter, cancellation.Token);
        await sink.HangingAsync(Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => sending.WaitAsync(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token));
        time.Advance(BillingFunctions.Platform.Email.Mailer.SessionLimit);
        Assert.Equal(MailResult.Unknown, (await sending).Result);
    }

    [Fact]
    public async Task SendAsync_NoMailServer_IsRefused() =>
        Assert.Equal(MailOutcome.Refused("Email__Smtp__Host is not set."), await Mailer(25, host: null).SendAsync(Letter, Token));

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("ada@example.com, eve@example.com")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    [InlineData("ada@example.com\nRCPT TO:<eve@example.com>")]
    [InlineData("ada@example.com ")]
    [InlineData("\"a\r\nb\"@example.com")]
    [InlineData("ada (x)@example.com")]
    [InlineData("ada@üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü.example")]
    public async Task SendAsync_BadAddress_IsRefusedWithoutASession(string address)
    {
        using var sink = new SmtpFake();

        Assert.Equal(MailResult.Refused, (await SendAsync(sink, Letter with { To = address })).Result);

        Assert.Equal(0, sink.Sessions);
    }

    [Fact]
    public async Task SendAsync_DomainBeyondAscii_IsSentInPunycode()
    {
        using var sink = new SmtpFake();

        Assert.Equal(MailResult.Sent, (await SendAsync(sink, Letter with { To = "ada@bücher.example" })).Result);

        Assert.Contains("RCPT TO:<ada@xn--bcher-kva.example>", sink.Commands);
    }

    private static Task<MailOutcome> SendAsync(SmtpFake sink, Mail mail) => Mailer(sink.Port).SendAsync(mail, Token);

    private static Mailer Mailer(int port, TimeProvider? time = null, string? host = "127.0.0.1") => new(
        Options.Create(new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = host, Port = port, UseTls = false } }), ShadowMode.Off, time ?? TimeProvider.System);
}
