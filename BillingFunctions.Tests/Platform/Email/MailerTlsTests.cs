using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Email;

public sealed class MailerTlsTests : IDisposable
{
    /// <summary>Where no other program listens.</summary>
    private const string OwnLoopback = "127.46.5.1";

    private readonly X509Certificate2 _certificate = TestCertificate.Create();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task SendAsync_ServerWithoutTls_SendsNothingAndTriesLater()
    {
        using var sink = new SmtpFake();

        Assert.Equal(MailResult.RefusedForNow, (await SendAsync(sink)).Result);

        Assert.DoesNotContain(sink.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_CertificateNobodyTrusts_SendsNothingAndTriesLater()
    {
        using var sink = new SmtpFake(certificate: _certificate);

        Assert.Equal(MailResult.RefusedForNow, (await SendAsync(sink)).Result);

        Assert.DoesNotContain(sink.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, MailResult.Sent)]
    [InlineData(nameof(SmtpMoment.Recipient), MailResult.RefusedForNow)]
    [InlineData(nameof(SmtpMoment.Dot), MailResult.Unknown)]
    [InlineData(nameof(SmtpMoment.Quit), MailResult.Sent)]
    public async Task SendAsync_CertificateThatIsTrusted_KnowsTheOutcomeAsWithoutTls(string? cutAt, MailResult expected)
    {
        using var sink = new SmtpFake(_ => cutAt is null ? null : SmtpFault.Drop(Enum.Parse<SmtpMoment>(cutAt)), certificate: _certificate);

        Assert.Equal(expected, (await SendAsync(sink, isTrusted: true)).Result);

        Assert.Contains("STARTTLS", sink.Commands);
    }

    /// <summary>On port 465 TLS begins with the first byte (RFC 8314).</summary>
    [Fact]
    public async Task SendAsync_Port465_BeginsWithTls()
    {
        using var sink = ListenOn465(isSecureFromTheStart: true);

        await SendTo465Async(useTls: true);

        // The certificate is not trusted, which is found out in the handshake.
        Assert.True(sink.HasMetTls);
        Assert.Empty(sink.Commands);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_Port465AndTrusted_LogsInAndSends(bool useTls)
    {
        using var sink = ListenOn465(isSecureFromTheStart: true);

        Assert.Equal(MailResult.Sent, (await SendTo465Async(useTls, isTrusted: true)).Result);

        Assert.Single(sink.Mails);
        Assert.DoesNotContain("STARTTLS", sink.Commands);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_Port465WithoutTls_SaysNothingInTheClear(bool useTls)
    {
        using var sink = ListenOn465(isSecureFromTheStart: false);

        Assert.Equal(MailResult.RefusedForNow, (await SendTo465Async(useTls)).Result);

        Assert.DoesNotContain(sink.Commands, command => command.StartsWith("EHLO", StringComparison.Ordinal) || command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    private SmtpFake ListenOn465(bool isSecureFromTheStart)
    {
        try
        {
            return new SmtpFake(port: 465, certificate: _certificate, isSecureFromTheStart: isSecureFromTheStart, offers: ["AUTH PLAIN LOGIN"], address: IPAddress.Parse(OwnLoopback));
        }
        catch (SocketException denied)
        {
            throw Xunit.Sdk.SkipException.ForSkip($"This account may not listen on port 465: {denied.Message}");
        }
    }

    private Task<MailOutcome> SendAsync(SmtpFake sink, bool isTrusted = false) =>
        SendAsync(new SmtpOptions { Host = "127.0.0.1", Port = sink.Port }, isTrusted);

    private Task<MailOutcome> SendTo465Async(bool useTls, bool isTrusted = false) =>
        SendAsync(new SmtpOptions { Host = OwnLoopback, Port = 465, UseTls = useTls, UserName = "me", Password = "s3cret" }, isTrusted);

    private Task<MailOutcome> SendAsync(SmtpOptions smtp, bool isTrusted) =>
        new Mailer(Options.Create(new EmailOptions { From = "billing@example.com", Smtp = smtp }), ShadowMode.Off, TimeProvider.System)
        {
            IsTrusted = isTrusted ? (_, other, _, _) => _certificate.Equals(other) : null,
        }.SendAsync(TestMailer.Letter, TestContext.Current.CancellationToken);
}
