using System.Net;
using System.Text.Json;
using Stripe;
using static BillingFunctions.Tests.Local.ScriptedHandler;

namespace BillingFunctions.Tests.Local;

public sealed class StripeClientTests
{
    private const string Page = """
        {"object":"list","url":"/v1/customers","has_more":true,"new_field":[1,{"a":2}],"data":[
          {"id":"cus_2","object":"customer","created":1700000000,"name":"Zoë, \"Z\"","email":null,"balance":-5,"tax_exempt":"a_new_value",
           "metadata":{"plan":"pro"},"address":{"city":"Köln","postal_code":"50667","plus_code":"x"},"default_source":{"id":"card_1","object":"card"},
           "shipping":{"name":"S","address":{"line1":"1"}},"preferred_locales":["de"],"brand_new":{"deep":[true]},"livemode":false},
          {"id":"cus_1","object":"customer","deleted":true}]}
        """;

    [Fact]
    public async Task ListAsync_PageWithUnknownFields_ReadsTheKnownAndKeepsTheRaw()
    {
        var (client, _) = Build(Answer(HttpStatusCode.OK, Page, ("Request-Id", "req_1")));

        var page = await client.V1.Customers.ListAsync();

        var customer = page.Data[0];
        Assert.True(page.HasMore);
        Assert.Equal("req_1", page.StripeResponse?.RequestId);
        Assert.Equal(("cus_2", "Zoë, \"Z\"", -5L, "a_new_value"), (customer.Id, customer.Name, customer.Balance, customer.TaxExempt));
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), customer.Created);
        Assert.Equal(DateTimeKind.Utc, customer.Created.Kind);
        Assert.Equal("50667", customer.Address?.PostalCode);
        Assert.Equal("1", customer.Shipping?.Address?.Line1);
        Assert.Equal("card_1", customer.DefaultSourceId);
        Assert.Equal("pro", customer.Metadata?["plan"]);
        Assert.Null(customer.Email);
        Assert.True(customer.RawJsonElement?.GetProperty("brand_new").GetProperty("deep")[0].GetBoolean());
        Assert.Equal("x", customer.RawJsonElement?.GetProperty("address").GetProperty("plus_code").GetString());
        Assert.True(page.Data[1].Deleted);
        Assert.Null(page.RawJsonElement);
        Assert.Null(customer.StripeResponse);
    }

    [Fact]
    public void FromJson_ToJson_RoundTripsWhatIsKnown()
    {
        var customer = Customer.FromJson("""{"id":"cus_1","object":"customer","created":5,"email":"a@b.c","metadata":{"k":"v"},"unknown":1}""");

        var again = JsonSerializer.Deserialize<Customer>(customer.ToJson())!;

        Assert.Equal(("cus_1", 5L, "a@b.c", "v"), (again.Id, new DateTimeOffset(again.Created).ToUnixTimeSeconds(), again.Email, again.Metadata!["k"]));
        Assert.DoesNotContain("unknown", customer.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"deleted\"", customer.ToJson(), StringComparison.Ordinal);
        Assert.Contains("cus_1", customer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_ErrorAnswer_IsMapped()
    {
        var (client, _) = Build(Answer(
            HttpStatusCode.NotFound,
            """{"error":{"code":"resource_missing","doc_url":"d","message":"No such customer: 'x'","param":"id","type":"invalid_request_error","request_log_url":"l","new":1}}""",
            ("Request-Id", "req_9"),
            ("Idempotency-Key", "k")));

        var thrown = await Assert.ThrowsAsync<StripeException>(() => client.V1.Customers.GetAsync("x"));

        Assert.Equal("No such customer: 'x'", thrown.Message);
        Assert.Equal(HttpStatusCode.NotFound, thrown.HttpStatusCode);
        var error = thrown.StripeError!;
        Assert.Equal(("resource_missing", "id", "invalid_request_error", "d", "l"), (error.Code, error.Param, error.Type, error.DocUrl, error.RequestLogUrl));
        Assert.Equal(("req_9", "k"), (thrown.StripeResponse?.RequestId, thrown.StripeResponse?.IdempotencyKey));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway, "<html>")]
    [InlineData(HttpStatusCode.BadRequest, "[]")]
    [InlineData(HttpStatusCode.BadRequest, """{"oops":1}""")]
    [InlineData(HttpStatusCode.OK, "not json")]
    [InlineData(HttpStatusCode.OK, """{"id":"cus_1","balance":"much"}""")]
    [InlineData(HttpStatusCode.OK, """{"id":"cus_1","created":"soon"}""")]
    [InlineData(HttpStatusCode.OK, "[]")]
    public async Task GetAsync_UnreadableAnswer_ThrowsWithTheContent(HttpStatusCode status, string body)
    {
        var (client, _) = Build(Answer(status, body, ("Stripe-Should-Retry", "false")));

        var thrown = await Assert.ThrowsAsync<StripeException>(() => client.V1.Customers.GetAsync("x"));

        Assert.Contains(body, thrown.Message, StringComparison.Ordinal);
        Assert.Null(thrown.StripeError);
        Assert.Equal(body, thrown.StripeResponse?.Content);
    }

    [Fact]
    public async Task GetAsync_OAuthError_IsMapped()
    {
        var (client, _) = Build(Answer(HttpStatusCode.Unauthorized, """{"error":"invalid_client","error_description":"No such app"}"""));

        var thrown = await Assert.ThrowsAsync<StripeException>(() => client.V1.Customers.GetAsync("x"));

        Assert.Equal(("No such app", "invalid_client"), (thrown.Message, thrown.StripeError?.Error));
    }

    [Fact]
    public async Task GetAsync_Always_SendsVersionKeyAndUserAgent()
    {
        var handler = new ScriptedHandler(Answer(HttpStatusCode.OK));
        var app = new AppInfo { Name = "Billing", Version = "1.0", Url = "https://example.com" };
        var client = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_1",
            StripeAccount = "acct_1",
            StripeContext = "ctx",
            ApiBase = "http://localhost:1",
            HttpClient = new SystemNetHttpClient(new HttpClient(handler), appInfo: app),
        });

        await client.V1.Customers.GetAsync("a/b c", requestOptions: new RequestOptions { StripeContext = "other" });

        var sent = handler.Requests.Single();
        Assert.Equal("http://localhost:1/v1/customers/a%2Fb+c", sent.Uri.AbsoluteUri);
        Assert.Equal("Bearer sk_test_1", sent.Headers["Authorization"]);
        Assert.Equal("2026-07-29.dahlia", sent.Headers["Stripe-Version"]);
        Assert.Equal(("acct_1", "other"), (sent.Headers["Stripe-Account"], sent.Headers["Stripe-Context"]));
        Assert.Equal("Stripe/V1 .NetBindings/52.2.0 Billing/1.0 (https://example.com)", sent.Headers["User-Agent"]);
        using var details = JsonDocument.Parse(sent.Headers["X-Stripe-Client-User-Agent"]);
        Assert.Equal("52.2.0", details.RootElement.GetProperty("bindings_version").GetString());
        Assert.Null(sent.Body);
    }

    [Fact]
    public async Task GetAsync_SecondCall_SendsTelemetryOfTheFirstUnlessOff()
    {
        var handler = new ScriptedHandler(Answer(HttpStatusCode.OK, "{}", ("Request-Id", "req_7")));
        var on = new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(new HttpClient(handler)));
        var off = new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(new HttpClient(handler), enableTelemetry: false));

        foreach (var client in new[] { on, on, off, off })
        {
            await client.V1.Customers.GetAsync("cus_1");
        }

        var telemetry = handler.Requests.ConvertAll(request => request.Headers.GetValueOrDefault("X-Stripe-Client-Telemetry"));
        Assert.Contains("\"request_id\":\"req_7\"", telemetry[1], StringComparison.Ordinal);
        Assert.All([telemetry[0], telemetry[2], telemetry[3]], Assert.Null);
    }

    [Fact]
    public async Task GetAsync_WithoutApiKey_ThrowsBeforeSending()
    {
        var handler = new ScriptedHandler(Answer(HttpStatusCode.OK));
        var client = new StripeClient(httpClient: new SystemNetHttpClient(new HttpClient(handler)));

        await Assert.ThrowsAsync<StripeException>(() => client.V1.Customers.GetAsync("cus_1"));
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sk_test_1\n")]
    public void Constructor_EmptyOrSpacedKey_Throws(string key) => Assert.Throws<ArgumentException>(() => new StripeClient(key));

    [Fact]
    public async Task ListAutoPagingAsync_TwoPages_FollowsTheCursorAndLeavesTheOptionsAlone()
    {
        var (client, handler) = Build(
            Answer(HttpStatusCode.OK, """{"data":[{"id":"cus_3"},{"id":"cus_2"}],"has_more":true}"""),
            Answer(HttpStatusCode.OK, """{"data":[{"id":"cus_1"}],"has_more":false}"""));
        var options = new CustomerListOptions { Limit = 2, Email = "a+b@c.d" };

        var ids = await new CustomerService(client).ListAutoPagingAsync(options).Select(customer => customer.Id).ToListAsync();

        Assert.Equal(["cus_3", "cus_2", "cus_1"], ids);
        Assert.Equal(2, handler.Requests.Count);
        Assert.DoesNotContain("starting_after", handler.Requests[0].Uri.Query, StringComparison.Ordinal);
        Assert.Contains("starting_after=cus_2", handler.Requests[1].Uri.Query, StringComparison.Ordinal);
        Assert.All(handler.Requests, request => Assert.Contains("email=a%2Bb%40c.d", request.Uri.Query, StringComparison.Ordinal));
        Assert.Null(options.StartingAfter);
    }

    [Fact]
    public async Task ListAutoPagingAsync_EndingBefore_GoesBackwards()
    {
        var (client, handler) = Build(
            Answer(HttpStatusCode.OK, """{"data":[{"id":"cus_3"},{"id":"cus_2"}],"has_more":true}"""),
            Answer(HttpStatusCode.OK, """{"data":[{"id":"cus_4"}],"has_more":false}"""));

        var ids = await client.V1.Customers.ListAutoPagingAsync(new CustomerListOptions { EndingBefore = "cus_1" })
            .Select(customer => customer.Id).ToListAsync();

        Assert.Equal(["cus_2", "cus_3", "cus_4"], ids);
        Assert.Contains("ending_before=cus_3", handler.Requests[1].Uri.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestStreamingAsync_OkAndError_GivesTheBodyOrThrows()
    {
        var (client, _) = Build(Answer(HttpStatusCode.OK, "bytes"), Answer(HttpStatusCode.BadRequest, """{"error":{"message":"no"}}"""));

        using var reader = new StreamReader(await client.RequestStreamingAsync(HttpMethod.Get, "/v1/files", null, null));
        Assert.Equal("bytes", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));

        var thrown = await Assert.ThrowsAsync<StripeException>(() => client.RequestStreamingAsync(HttpMethod.Get, "/v1/files", null, null));
        Assert.Equal("no", thrown.StripeError?.Message);
    }

    private static (StripeClient Client, ScriptedHandler Handler) Build(params Func<HttpResponseMessage>[] steps)
    {
        var handler = new ScriptedHandler(steps);
        return (new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(new HttpClient(handler), maxNetworkRetries: 0)), handler);
    }
}
