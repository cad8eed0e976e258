using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Salesforce.Messages;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using StripeCustomer = Stripe.Customer;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

/// <summary>The app between a simulated Stripe and a simulated Salesforce, both of which tell it of changes. One for all tests here; each uses customers of its own.</summary>
public sealed class SalesforceInboundFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal string Storage { get; } = azurite.NewAccount();

    internal SalesforceSimulator Salesforce { get; private set; } = null!;

    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        Salesforce = await SalesforceFake.StartAsync();
        Stripe = await StripeFake.StartAsync();

        // As if the app had run before: the first reading of changes would only begin.
        var tables = new TableServiceClient(Storage);
        await tables.CreateTableIfNotExistsAsync(ConnectorStates.Table, token);
        using (var states = new ConnectorStates(tables, TimeProvider.System))
        {
            await states.ChangeAsync("salesforce", state => state with { Watermark = TimeProvider.System.GetUtcNow() }, token);
        }

        App = await BillingApp.StartAsync(
            Storage, Stripe, [("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret), .. SalesforceInboundDriver.Settings(Salesforce), .. BillingApp.ImpatientQueues]);
        Stripe.Webhooks.Add(new WebhookEndpoint(new Uri(App.Http.BaseAddress!, WebhookRequestBuilder.Path), WebhookRequestBuilder.Secret));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Stripe.DisposeAsync();
        await Salesforce.DisposeAsync();
    }
}

public sealed class SalesforceInboundTests : IClassFixture<SalesforceInboundFixture>
{
    private const string Path = "api/webhooks/salesforce";

    private readonly string _storage;
    private readonly SalesforceSimulator _salesforce;
    private readonly StripeSimulator _stripe;
    private readonly BillingApp _app;

    public SalesforceInboundTests(SalesforceInboundFixture fixture)
    {
        (_storage, _salesforce, _stripe, _app) = (fixture.Storage, fixture.Salesforce, fixture.Stripe, fixture.App);
        _salesforce.Messages.Clear();
        _salesforce.Messages.Add(new OutboundEndpoint(Url));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Url => new(_app.Http.BaseAddress!, Path);

    [Fact]
    public async Task Edit_InSalesforce_ReachesTheRecordAndStripe()
    {
        var (recordId, stripeId) = await CreateAsync("edited");

        _salesforce.Records.Update("Account", recordId, ("Name", "Beate"), ("Phone", "+49 30 1"));

        await UntilAsync("edited", customer => Text(customer, "name") == "Beate" && Text(customer, "phone") == "+49 30 1");
        var there = await UntilAsync(stripeId, customer => customer.Name == "Beate");
        Assert.Equal("+49 30 1", there.Phone);
        Assert.Equal("bea@example.com", there.Email);
    }

    [Fact]
    public async Task Create_InSalesforceAlone_BecomesACustomerAndOneOfStripeWithOurId()
    {
        _salesforce.Messages.Clear();
        _salesforce.Messages.Add(new NoticeEndpoint(Url, SalesforceInboundDriver.Secret));

        var id = _salesforce.Records.Create("Account", ("Name", "Ada"), ("Email__c", "ada@example.com"));

        var customer = await UntilAsync(id, customer => Text(customer, "stripe_id") is not null);
        var there = await _stripe.Customers().GetAsync(Text(customer, "stripe_id"), cancellationToken: Token);
        Assert.Equal(("salesforce", "active", "Ada"), (Text(customer, "origin"), Text(customer, "status"), Text(customer, "name")));
        Assert.Equal(("Ada", "ada@example.com", id), (there.Name, there.Email, there.Metadata["billing_customer_id"]));
        Assert.Equal(id, customer.GetProperty("connectors").GetProperty("salesforce").GetString());
    }

    [Fact]
    public async Task Edit_WhoseMessageIsLost_IsFoundByTheNextReadingOfChanges()
    {
        var (recordId, stripeId) = await CreateAsync("unheard");
        _salesforce.Messages.Clear();

        _salesforce.Records.Update("Account", recordId, ("Name", "Beate"));
        var alone = _salesforce.Records.Create("Account", ("Name", "Ada"));

        await UntilAsync(stripeId, customer => customer.Name == "Beate");
        await UntilAsync(alone, customer => Text(customer, "stripe_id") is not null);
    }

    [Fact]
    public async Task OurOwnChange_ComesBackAsANotice_AndLeadsToNothing()
    {
        var (recordId, stripeId) = await CreateAsync("echo");
        await SettleAsync();
        var (records, customers, deliveries) = (_salesforce.Calls.Records("/composite"), Writes(), _salesforce.Messages.Deliveries.Count);

        using var changed = await _app.Http.PatchAsJsonAsync("api/customers/echo", new { name = "Beate" }, Token);
        await UntilAsync(stripeId, customer => customer.Name == "Beate");
        await Poll.UntilAsync(() => Task.FromResult(_salesforce.Records.Find("Account", recordId)!.Text("Name")), name => name == "Beate");
        await SettleAsync();

        Assert.Equal(HttpStatusCode.Accepted, changed.StatusCode);
        Assert.Equal(deliveries + 1, _salesforce.Messages.Deliveries.Count);
        Assert.Equal((records + 1, customers + 1), (_salesforce.Calls.Records("/composite"), Writes()));

        int Writes() => _stripe.Calls.Latest.Count(call => call.Endpoint.StartsWith("POST ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_HostileXml_IsRefusedAndChangesNothing()
    {
        var id = _salesforce.Records.Create("Account", ("Name", "Ada"));
        await SettleAsync();
        await UntilAsync(id, customer => Text(customer, "name") == "Ada");
        var read = ReadByIds();
        var message = OutboundMessageBuilder.Message([id], _salesforce.OrganizationId);
        var entities = string.Concat(Enumerable.Range(1, 20).Select(n => $"<!ENTITY l{n} '{string.Concat(Enumerable.Repeat($"&l{n - 1};", 10))}'>"));
        (string Body, HttpStatusCode Expected)[] hostile =
        [
            (message.Replace("<soapenv:Envelope", "<!DOCTYPE a><soapenv:Envelope", StringComparison.Ordinal), HttpStatusCode.BadRequest),
            (message.Replace("<soapenv:Envelope", $"<!DOCTYPE a [<!ENTITY l0 'ha'>{entities}]><soapenv:Envelope", StringComparison.Ordinal).Replace("Ada", "&l20;", StringComparison.Ordinal), HttpStatusCode.BadRequest),
            (message + new string(' ', 2 * 1024 * 1024), HttpStatusCode.RequestEntityTooLarge),
            (OutboundMessageBuilder.Message(Enumerable.Repeat(id, 101), _salesforce.OrganizationId), HttpStatusCode.BadRequest),
            (OutboundMessageBuilder.Message([id], _salesforce.OrganizationId, outbound: "urn:other"), HttpStatusCode.BadRequest),
            (OutboundMessageBuilder.Message([id], "00D000000000009EAA"), HttpStatusCode.Forbidden),
            ("", HttpStatusCode.BadRequest),
        ];

        foreach (var (body, expected) in hostile)
        {
            using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("text/xml"));
            using var response = await _app.Http.PostAsync(Path, content, Token);
            Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }

        using var unsigned = await _app.Http.PostAsync(Path, JsonContent.Create(new { id }), Token);
        await SettleAsync();
        Assert.Equal(HttpStatusCode.BadRequest, unsigned.StatusCode);
        Assert.Equal((true, read), (read > 1, ReadByIds()));
        Assert.DoesNotContain("fail:", _app.Output, StringComparison.Ordinal);

        // The timer reads changes meanwhile; a notice has its records read by a message, which the app logs.
        int ReadByIds() => _app.Output.Split($"{nameof(ReadSalesforceNoticesFunction)} received", StringSplitOptions.None).Length;
    }

    /// <summary>Creates a customer by a request, and waits until both systems have it.</summary>
    private async Task<(string RecordId, string StripeId)> CreateAsync(string id)
    {
        using var response = await _app.Http.PostAsync("api/customers", JsonContent.Create(new { id, name = "Bea", email = "bea@example.com" }), Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var customer = await UntilAsync(id, customer => Text(customer, "stripe_id") is not null && customer.GetProperty("connectors").TryGetProperty("salesforce", out _));
        return (customer.GetProperty("connectors").GetProperty("salesforce").GetString()!, Text(customer, "stripe_id")!);
    }

    /// <summary>Waits until all messages are delivered and all queues are empty.</summary>
    private async Task SettleAsync()
    {
        await _salesforce.Messages.WhenDeliveredAsync(Token);
        await _stripe.Webhooks.WhenDeliveredAsync(Token);
        var queues = new QueueServiceClient(_storage);
        await Poll.UntilAsync(
            async () => (await Task.WhenAll(((string[])[SalesforceNotice.Queue, "connector-stripe", "connector-salesforce", "stripe-events"])
                .Select(async name => (await queues.GetQueueClient(name).GetPropertiesAsync(Token)).Value.ApproximateMessagesCount))).Sum(),
            count => count == 0);
    }

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> isIt) => (await Poll.UntilAsync(
        async () =>
        {
            using var response = await _app.Http.GetAsync($"api/customers/{id}", Token);
            return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadFromJsonAsync<JsonElement>(Token) : (JsonElement?)null;
        },
        customer => customer is { } found && isIt(found)))!.Value;

    private Task<StripeCustomer> UntilAsync(string stripeId, Func<StripeCustomer, bool> isIt) =>
        Poll.UntilAsync(() => _stripe.Customers().GetAsync(stripeId, cancellationToken: Token), isIt);

    private static string? Text(JsonElement customer, string name) => customer.GetProperty(name).GetString();
}
