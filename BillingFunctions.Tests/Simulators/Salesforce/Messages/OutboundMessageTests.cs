using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Salesforce.Messages;
using BillingFunctions.Simulators.Webhooks;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Simulators.Salesforce.Messages;

public sealed class OutboundMessageTests
{
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_OfARecord_IsToldInTheDocumentedForm()
    {
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await SalesforceFake.StartAsync();
        simulator.Messages.Add(new OutboundEndpoint(receiver.Url) { Fields = ["Name", "Phone"] });

        var id = simulator.Records.Create("Account", ("Name", "Ada & \u0001Söhne <😀>"), ("Email__c", "ada@example.com"));
        simulator.Records.Create("Billing_Invoice__c", ("Amount__c", 5));
        await simulator.Messages.WhenDeliveredAsync(Token);

        var message = Assert.Single(receiver.Received);
        var notifications = message.Xml.Root!.Elements().Single().Elements().Single();
        Assert.Equal("text/xml; charset=utf-8", message.ContentType);
        Assert.Equal(("Envelope", "Body"), (message.Xml.Root.Name.LocalName, message.Xml.Root.Elements().Single().Name.LocalName));
        Assert.Equal(OutboundReceiverFake.Outbound + "notifications", notifications.Name);
        Assert.Equal(
            ["OrganizationId", "ActionId", "SessionId", "EnterpriseUrl", "PartnerUrl", "Notification"],
            notifications.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(simulator.OrganizationId, notifications.Element(OutboundReceiverFake.Outbound + "OrganizationId")!.Value);
        Assert.Equal("true", notifications.Element(OutboundReceiverFake.Outbound + "SessionId")!.Attribute(Instance + "nil")!.Value);
        var record = Assert.Single(message.Objects);
        Assert.Equal("sf:Account", record.Attribute(Instance + "type")!.Value);
        Assert.Equal(
            [(OutboundReceiverFake.Objects + "Id", id), (OutboundReceiverFake.Objects + "Name", "Ada & Söhne <😀>")],
            record.Elements().Select(element => (element.Name, element.Value)));
    }

    [Fact]
    public async Task Changes_OfOneTransaction_AreToldUpTo100AMessage()
    {
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);
        using var http = await simulator.ConnectAsync();

        await http.UpsertAsync(Enumerable.Range(1, 150).Select(number => ($"c{number}", $"n{number}")));
        await simulator.Messages.WhenDeliveredAsync(Token);

        Assert.Equal([100, 50], receiver.Received.Select(message => message.Notifications.Count()));
        Assert.Equal(simulator.Records.All("Account").Select(record => record.Id), receiver.RecordIds);
        Assert.Equal(150, receiver.Received.SelectMany(message => message.NotificationIds).Distinct().Count());
    }

    [Fact]
    public async Task Answer_WithoutAck_IsTriedAgainLaterWithTheLatestValues()
    {
        var clock = new ClockFake(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver, time: clock);
        receiver.Answer(200, "false");
        receiver.Answer(500, "true");
        receiver.Answer(200, "<br>");

        var id = simulator.Records.Create("Account", ("Name", "Ada"));
        foreach (var seconds in new[] { 30, 60, 120 })
        {
            await clock.UntilSetAsync(TimeSpan.FromSeconds(seconds));
            simulator.Messages.Clear();
            simulator.Records.Update("Account", id, ("Name", $"Ada after {seconds}"));
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        await simulator.Messages.WhenDeliveredAsync(Token);

        var delivery = Assert.Single(simulator.Messages.Deliveries);
        Assert.Equal((WebhookState.Delivered, 4), (delivery.State, delivery.Attempts.Count));
        Assert.Equal([(200, false), (500, false), (200, false), (200, true)], delivery.Attempts.Select(attempt => (attempt.Status!.Value, attempt.IsAccepted)));
        Assert.Single(receiver.Received.SelectMany(message => message.NotificationIds).Distinct());
        Assert.Equal(
            ["Ada", "Ada after 30", "Ada after 60", "Ada after 120"],
            receiver.Received.Select(message => message.Objects.Single().Element(OutboundReceiverFake.Objects + "Name")!.Value));
    }

    [Fact]
    public async Task IncludesApi_False_LeavesOutWhatTheApiChanges()
    {
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Messages.Add(new OutboundEndpoint(receiver.Url) { IncludesApi = false });

        await http.UpsertAsync(("c1", "Ada"));
        var id = simulator.Records.Create("Account", ("Name", "Bea"));
        simulator.Records.Delete("Account", id);
        await simulator.Messages.WhenDeliveredAsync(Token);

        Assert.Equal([id], receiver.RecordIds);
    }

    [Fact]
    public async Task Disorder_DuplicatesAndReorders_StillDeliversEverything()
    {
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);
        (simulator.Messages.Disorder.DuplicateRate, simulator.Messages.Disorder.ReorderRate) = (0.3, 0.3);

        var ids = Enumerable.Range(1, 50).Select(number => simulator.Records.Create("Account", ("Name", $"n{number}"))).ToList();
        await simulator.Messages.WhenDeliveredAsync(Token);

        var received = receiver.RecordIds.ToList();
        Assert.Equal(ids, received.Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual(ids, received.Distinct());
        Assert.InRange(received.Count, 55, 75);
    }

    [Fact]
    public async Task Notice_Change_IsSignedJsonOfTheIdsTriedOnce()
    {
        await using var receiver = await OutboundReceiverFake.StartAsync();
        await using var simulator = await SalesforceFake.StartAsync(change: options => options with { MessageConcurrency = 1 });
        simulator.Messages.Add(new NoticeEndpoint(receiver.Url, "notice secret"));
        receiver.Answer(500, "");

        var ids = simulator.Records.CreateAll("Account", [[("Name", "Ada")], [("Name", "Bea")]]);
        simulator.Records.Delete("Account", ids[0]);
        await simulator.Messages.WhenDeliveredAsync(Token);

        Assert.Equal([WebhookState.Failed, WebhookState.Delivered], simulator.Messages.Deliveries.Select(delivery => delivery.State));
        Assert.Equal([ids, [ids[0]]], receiver.Received.Select(notice => IdsIn(notice.Body)));
        Assert.All(receiver.Received, notice => Assert.Equal($"sha256={Hmac(notice.Body)}", notice.Signature));

        static IReadOnlyList<string> IdsIn(string body) => [.. JsonElement.Parse(body).GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];

        static string Hmac(string body) => Convert.ToHexStringLower(HMACSHA256.HashData("notice secret"u8, Encoding.UTF8.GetBytes(body)));
    }

    private static async Task<SalesforceSimulator> StartAsync(OutboundReceiverFake receiver, TimeProvider? time = null)
    {
        var simulator = await SalesforceFake.StartAsync(time, options => options with { MessageConcurrency = 1, MessageSeed = 7 });
        simulator.Messages.Add(new OutboundEndpoint(receiver.Url));
        return simulator;
    }
}
