using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Stripe;

/// <summary>What is told of an answer that cannot be used: our reason, and nobody's data.</summary>
public sealed class StripeAnswerTests(AzuriteFixture azurite)
{
    private const string Data = "ada@example.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, """{ "data": [{ "id": "cus_1", "email": "ada@example.com" }, { "id": "cus_2", "ema""", "Stripe answered 200 with")]
    [InlineData(200, "<html>ada@example.com</html>", "Stripe answered 200 with")]
    [InlineData(200, """{ "data": [] } ada@example.com""", "Stripe answered 200 with")]
    [InlineData(502, "<html>ada@example.com</html>", "Stripe answered 502")]
    [InlineData(400, "ada@example.com", "Stripe answered 400")]
    [InlineData(401, """{ "error": { "type": "invalid_request_error", "message": "Invalid API Key provided: sk_test_****1234" } }""", "Stripe answered 401: Stripe__ApiKey is not a valid key.")]
    [InlineData(403, """{ "error": { "type": "invalid_request_error", "message": "The provided key 'rk_test_****1234' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_customer_read' permission would allow this request to continue." } }""", "Stripe answered 403: Stripe__ApiKey lacks the permission rak_customer_read.")]
    public async Task Failure_OfAnAnswerThatCannotBeUsed_SaysOurReason(int status, string body, string reason)
    {
        await using var stripe = await StripeAnswersFake.StartAsync((status, body));
        using var clients = await ClientsAsync(stripe);

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => clients.For(StripeLane.ItemSync).V1.Customers.ListAsync(cancellationToken: Token));

        Assert.DoesNotContain(Data, thrown.ToString(), StringComparison.Ordinal);
        Assert.Contains(reason, StripeFailure.From(thrown, Token)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithHalfACharacterInAName_IsRead()
    {
        await using var stripe = await StripeAnswersFake.StartAsync(
            (200, """{ "object": "list", "url": "/v1/customers", "has_more": false, "data": [{ "id": "cus_1", "object": "customer", "name": "Ada \ud800" }, { "id": "cus_2", "object": "customer" }] }"""));
        using var clients = await ClientsAsync(stripe);

        var page = StripePage.Read((await clients.For(StripeLane.Export).V1.Customers.ListAsync(cancellationToken: Token)).StripeResponse!, after: null);

        Assert.Equal(["Ada \ufffd", null], page.Items.Select(item => item.Text("name")));
    }

    private async Task<StripeClients> ClientsAsync(StripeAnswersFake stripe)
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        var options = new StripeOptions { ApiKey = "sk_test_answers", ApiBase = stripe.Url, RateLimit = "1000/1", EndpointRateLimit = "1000/1" };
        return new StripeClients(tables, Options.Create(options), Options.Create(new ShadowOptions()), TimeProvider.System, NullLogger<StripeClients>.Instance);
    }
}
