using System.Net;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Fakes;
using Stripe;

namespace BillingFunctions.Tests.Platform.Stripe;

/// <summary>The end of a list is proved by a page that says so; a list that goes in circles is no list.</summary>
public sealed class StripeListTests
{
    [Theory]
    [InlineData("""{ "data": [], "has_more": true }""", null)]
    [InlineData("""{ "data": [{ "object": "customer" }], "has_more": true }""", null)]
    [InlineData("""{ "data": [{ "id": "cus_2" }, { "id": "cus_1" }], "has_more": true }""", "cus_1")]
    [InlineData("""{ "data": [{ "id": "cus_1" }], "has_more": false }""", "cus_1")]
    [InlineData("""{ "data": [{ "id": "cus_1" }] }""", null)]
    [InlineData("""{ "object": "list", "has_more": false }""", null)]
    [InlineData("""{ "error": { "message": "no" } }""", null)]
    public void Read_PageThatContradictsItself_Throws(string json, string? after) =>
        Assert.Throws<StripeListException>(() => StripePage.Read(new StripeResponse(HttpStatusCode.OK, null, json), after));

    [Fact]
    public async Task AllAsync_EmptyPageInTheMiddle_FailsInsteadOfEnding()
    {
        await using var stripe = await StripeAnswersFake.StartAsync((200, Page(true, "cus_1", "cus_2")), (200, Page(true)));

        var read = new List<string>();
        await Assert.ThrowsAsync<StripeListException>(() => ReadAsync(stripe, read));

        Assert.Equal(["cus_1", "cus_2"], read);
    }

    [Fact]
    public async Task AllAsync_PagesInACircle_FailInsteadOfGoingOnForEver()
    {
        await using var stripe = await StripeAnswersFake.StartAsync(
            (200, Page(true, "cus_1", "cus_2")), (200, Page(true, "cus_3", "cus_4")), (200, Page(true, "cus_1", "cus_2")), (200, Page(true, "cus_3", "cus_4")));

        await Assert.ThrowsAsync<StripeListException>(() => ReadAsync(stripe, []));
    }

    [Fact]
    public async Task AllAsync_TwoPages_AreAll()
    {
        await using var stripe = await StripeAnswersFake.StartAsync((200, Page(true, "cus_1", "cus_2")), (200, Page(false, "cus_3")));

        var read = new List<string>();
        await ReadAsync(stripe, read);

        Assert.Equal(["cus_1", "cus_2", "cus_3"], read);
    }

    private static async Task ReadAsync(StripeAnswersFake stripe, List<string> read)
    {
        using var http = new HttpClient();
        var customers = new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(http), apiBase: stripe.Url).V1.Customers;
        await foreach (var customer in StripeLists.AllAsync(new CustomerListOptions { Limit = 2 }, page => customers.ListAsync(page), TestContext.Current.CancellationToken))
        {
            read.Add(customer.Id);
        }
    }

    private static string Page(bool hasMore, params IEnumerable<string> ids) =>
        $$"""{ "object": "list", "url": "/v1/customers", "has_more": {{(hasMore ? "true" : "false")}}, "data": [{{string.Join(",", ids.Select(id => $$"""{ "id": "{{id}}", "object": "customer" }"""))}}] }""";
}
