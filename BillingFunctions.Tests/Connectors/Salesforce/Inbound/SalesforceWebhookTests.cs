using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Simulated = BillingFunctions.Simulators.Salesforce.Messages.NoticeSignature;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

/// <summary>What the webhook takes and refuses. Nothing that is refused leaves a message.</summary>
public sealed class SalesforceWebhookTests(AzuriteFixture azurite)
{
    private const string Id = "001000000000001AAA";

    [Fact]
    public async Task Post_OutboundMessage_IsQueuedAndAcknowledged()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);

        var (status, type, body) = await driver.PostAsync(OutboundMessageBuilder.Message([Id, "001000000000002AAA"], salesforce.OrganizationId));

        Assert.Equal((200, "text/xml; charset=utf-8"), (status, type));
        Assert.Equal("true", XDocument.Parse(body).Descendants(XName.Get("Ack", OutboundMessageBuilder.Outbound)).Single().Value);
        Assert.Equal([Id, "001000000000002AAA"], Assert.Single((await driver.NoticesAsync()).Visible).Ids);
    }

    [Fact]
    public async Task Post_MessageOfAnotherObject_IsAcknowledgedAndLeft()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);

        var answer = await driver.PostAsync(OutboundMessageBuilder.Message(["003000000000001AAA"], salesforce.OrganizationId, "Contact"));

        Assert.Equal((200, 0), (answer.Status, (await driver.NoticesAsync()).Count));
    }

    [Fact]
    public async Task Post_StorageIsAway_IsNotAcknowledged()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);
        driver.Storage.FaultOf = (_, message) => message.Request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal) ? StorageFault.FailBefore : StorageFault.None;

        await Assert.ThrowsAsync<IOException>(() => driver.PostAsync(OutboundMessageBuilder.Message([Id], salesforce.OrganizationId)));
    }

    [Theory]
    [InlineData(18, 18, 200)]
    [InlineData(18, 15, 200)]
    [InlineData(15, 18, 200)]
    [InlineData(15, 15, 200)]
    [InlineData(18, 14, 403)]
    public async Task Post_TheOrganization_CountsWithFifteenCharacters(int ours, int theirs, int expected)
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce, ("Salesforce__OrganizationId", salesforce.OrganizationId[..ours]));

        Assert.Equal(expected, (await driver.PostAsync(OutboundMessageBuilder.Message([Id], salesforce.OrganizationId[..theirs]))).Status);
        Assert.Equal(403, (await driver.PostAsync(OutboundMessageBuilder.Message([Id], "00D000000000009EAA"))).Status);
        Assert.Equal(403, (await driver.PostAsync(OutboundMessageBuilder.Message([Id], salesforce.OrganizationId.ToLowerInvariant()))).Status);
        Assert.Equal(expected == 200 ? 1 : 0, (await driver.NoticesAsync()).Count);
    }

    [Fact]
    public async Task Post_SettingsAreMissing_NamesThem()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce, ("Salesforce__OrganizationId", ""), ("Salesforce__NoticeSecret", ""));

        var message = await Assert.ThrowsAsync<SettingMissingException>(() => driver.PostAsync(OutboundMessageBuilder.Message([Id], "")));
        var notice = await Assert.ThrowsAsync<SettingMissingException>(() => driver.PostAsync("{}", "application/json"));

        Assert.Equal(["Salesforce__OrganizationId", "Salesforce__NoticeSecret"], [.. message.Settings, .. notice.Settings]);
    }

    [Fact]
    public async Task Post_NetworksAreSet_TakesThoseOnly()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce, ("Salesforce__SourceAddresses", "13.108.0.0/14, 203.0.113.7, 2001:db8::/32"));
        var message = OutboundMessageBuilder.Message([Id], salesforce.OrganizationId);

        foreach (var (from, expected) in new[] { ("13.108.0.1", 200), ("13.111.255.255", 200), ("::ffff:13.110.1.1", 200), ("203.0.113.7", 200), ("2001:db8::1", 200), ("13.112.0.1", 403), ("203.0.113.8", 403), ("2001:db9::1", 403), ("127.0.0.1", 403) })
        {
            Assert.Equal((from, expected), (from, (await driver.PostAsync(message, from: from)).Status));
        }

        Assert.Equal(403, (await driver.PostAsync(message, headers: [("X-Client-IP", "13.108.0.1")])).Status);
        Assert.Equal(200, (await NoticeAsync(driver)).Status); // signed: it may come from anywhere
    }

    [Fact]
    public async Task Post_BehindAProxy_CountsTheAddressThatTheProxySaw()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce, ("Salesforce__SourceAddresses", "13.108.0.0/14"), ("Webhooks__ForwardedHeader", "X-Client-IP"));
        var message = OutboundMessageBuilder.Message([Id], salesforce.OrganizationId);

        Assert.Equal(200, (await driver.PostAsync(message, headers: [("X-Client-IP", "127.0.0.1, 13.108.0.1:4711")])).Status);
        Assert.Equal(403, (await driver.PostAsync(message, headers: [("X-Client-IP", "13.108.0.1, 127.0.0.1")])).Status);
        Assert.Equal(403, (await driver.PostAsync(message, from: "13.108.0.1")).Status);
    }

    [Fact]
    public async Task Post_ACertificateIsSet_TakesThatOnly()
    {
        var certificate = RandomNumberGenerator.GetBytes(900);
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce, ("Salesforce__ClientCertificate", Convert.ToHexString(SHA256.HashData(certificate))));
        var message = OutboundMessageBuilder.Message([Id], salesforce.OrganizationId);

        Assert.Equal(200, (await driver.PostAsync(message, headers: [(OutboundSender.CertificateHeader, Convert.ToBase64String(certificate))])).Status);
        foreach (var other in new[] { "", "hello!", Convert.ToBase64String(certificate[1..]), Convert.ToHexString(SHA256.HashData(certificate)) })
        {
            Assert.Equal(403, (await driver.PostAsync(message, headers: [(OutboundSender.CertificateHeader, other)])).Status);
        }

        Assert.Equal(403, (await driver.PostAsync(message)).Status);
        Assert.Equal(1, (await driver.NoticesAsync()).Count);
    }

    [Fact]
    public async Task Post_SignedNotice_IsQueued()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);

        var (status, type, body) = await NoticeAsync(driver);

        Assert.Equal((200, "application/json; charset=utf-8", """{"received":true}"""), (status, type, body));
        Assert.Equal([Id], Assert.Single((await driver.NoticesAsync()).Visible).Ids);
    }

    [Fact]
    public async Task Post_NoticeThatIsNotSigned_IsRefusedBeforeItIsRead()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);

        var answers = new[]
        {
            await NoticeAsync(driver, secret: "other"),
            await driver.PostAsync($$"""{ "id": "{{Id}}" }""", "application/json"),
            await driver.PostAsync("not JSON", contentType: null),
        };

        Assert.All(answers, answer => Assert.Equal((400, "application/problem+json"), (answer.Status, answer.Type)));
        Assert.All(answers, answer => Assert.Contains("X-Billing-Signature", answer.Body, StringComparison.Ordinal));
        Assert.Equal(0, (await driver.NoticesAsync()).Count);
    }

    [Fact]
    public async Task Post_TooLarge_IsRefused()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await StartAsync(salesforce);

        var refusal = await Assert.ThrowsAsync<BadHttpRequestException>(() => driver.PostAsync(new string(' ', 1024 * 1024) + "<a/>"));

        Assert.Equal(413, refusal.StatusCode);
    }

    [Theory]
    [InlineData("text/xml", "{}", true)]
    [InlineData("application/soap+xml; charset=utf-8", "", true)]
    [InlineData("application/json", "<a/>", false)]
    [InlineData(null, "\uFEFF\r\n <a/>", true)]
    [InlineData("text/plain", "<a/>", true)]
    [InlineData("text/plain", " {}", false)]
    [InlineData(null, "", false)]
    public void IsXml_ByTypeOrFirstCharacter(string? type, string body, bool expected) =>
        Assert.Equal(expected, SalesforceWebhookFunction.IsXml(type, Encoding.UTF8.GetBytes(body)));

    private Task<SalesforceInboundDriver> StartAsync(SalesforceSimulator salesforce, params (string Name, string Value)[] settings) =>
        SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce, settings);

    private static Task<(int Status, string? Type, string Body)> NoticeAsync(SalesforceInboundDriver driver, string secret = SalesforceInboundDriver.Secret)
    {
        var body = $$"""{ "id": "{{Id}}" }""";
        return driver.PostAsync(body, "application/json", headers: [(NoticeSignature.Header, Simulated.Of(body, secret))]);
    }
}
