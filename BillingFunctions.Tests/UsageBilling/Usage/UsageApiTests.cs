using System.Net;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.UsageBilling.Usage;

[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class UsageApiTests(UsageApiFixture fixture)
{
    private UsageApiDriver Api => fixture.Api;

    [Fact]
    public async Task Get_Usage_AddsUpByProductAndByWhatStripeHas()
    {
        var organization = await AddUsedAsync();

        var usage = await Api.UntilAsync($"api/organizations/{organization}/usage?period={UsageApiFixture.Period}", shown => shown.GetProperty("synced").GetProperty("items").GetInt32() == 3);

        Assert.Equal(
            """[{"product":"api","currency":"usd","amount":-5,"quantity":0,"items":1},{"product":"storage","currency":"usd","amount":300,"quantity":0,"items":2}]""",
            usage.GetProperty("products").GetRawText());
        Assert.Equal("""{"items":3,"totals":[{"amount":295,"currency":"usd"}]}""", usage.GetProperty("synced").GetRawText());
        Assert.Equal("""{"items":0,"totals":[],"oldest_age_seconds":null}""", usage.GetProperty("pending").GetRawText());
    }

    [Fact]
    public async Task Get_UsageOfAnotherMonth_IsEmpty()
    {
        var organization = await AddUsedAsync();

        var usage = await Api.GetAsync($"api/organizations/{organization}/usage?period={UsageApiFixture.PeriodLongAgo}");

        Assert.Equal((200, 0), (usage.Status, usage.Body.GetProperty("products").GetArrayLength()));
        Assert.Equal((400, "period"), await RefusalAsync($"api/organizations/{organization}/usage?period=2026-13"));
    }

    [Fact]
    public async Task Link_WithoutKey_OpensThisOrganizationOnly()
    {
        var organization = await AddUsedAsync();
        var link = await Api.PostAsync($"api/organizations/{organization}/usage_link", new { expires_in = 60 });
        using var stranger = new HttpClient { BaseAddress = fixture.App.Http.BaseAddress };
        var path = new Uri(link.Text("url")!).PathAndQuery;

        var opened = await new UsageApiDriver(stranger).GetAsync(path);
        using var page = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html,application/xhtml+xml" } } }, TestContext.Current.CancellationToken);
        var forged = await new UsageApiDriver(stranger).GetAsync(path[..^3] + "AAA");
        var none = await new UsageApiDriver(stranger).GetAsync("api/usage");

        Assert.Equal(201, link.Status);
        Assert.InRange(link.Body.GetProperty("expires_at").GetDateTimeOffset(), UsageApiFixture.Now.AddSeconds(59), UsageApiFixture.Now.AddMinutes(30));
        Assert.Equal((200, organization), (opened.Status, opened.Text("organization_id")));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<h1>", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((403, 403), (forged.Status, none.Status));
        using var keyless = await stranger.GetAsync($"api/organizations/{organization}/usage", TestContext.Current.CancellationToken);
        Assert.Equal(EndToEnd.DemandsKey ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, keyless.StatusCode);
    }

    [Theory]
    [InlineData("""{"expires_in":59}""", 422, "expires_in")]
    [InlineData("""{"expires_in":7776001}""", 422, "expires_in")]
    [InlineData("""{"expires_in":"60"}""", 422, "expires_in")]
    [InlineData("""{"expires":60}""", 422, "expires")]
    [InlineData("[]", 400, "body")]
    public async Task Link_Wrong_NamesTheField(string body, int status, string field)
    {
        var refused = await Api.PostAsync($"api/organizations/{await Api.AddOrganizationAsync()}/usage_link", body);

        Assert.Equal((status, field), (refused.Status, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task Get_Sync_ShowsModeQueueAndBudget()
    {
        var sync = (await Api.GetAsync("api/sync")).Body;

        Assert.Equal(
            ["mode", "configured_mode", "queue_size", "organizations", "group_size", "budget", "oldest_age_seconds", "drain_forecast_seconds", "discarded_count", "paused_until", "pause_reason", "warnings"],
            sync.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("adaptive", "1000/1"), (sync.GetProperty("configured_mode").GetString(), sync.GetProperty("budget").GetProperty("limit").GetString()));
        Assert.Equal(["interactive", "item_sync", "export", "customer_sync"], sync.GetProperty("budget").GetProperty("used").EnumerateObject().Select(lane => lane.Name));
        Assert.Equal(JsonValueKind.Null, sync.GetProperty("paused_until").ValueKind);
    }

    [Fact]
    public async Task Get_Forecast_ShowsWhatWouldHappen()
    {
        var forecast = (await Api.GetAsync("api/sync/forecast?items_per_minute=100000&organizations=1000&limit=95/60")).Body;

        Assert.Equal(("95/60", "batched", false), (forecast.GetProperty("limit").GetString(), forecast.GetProperty("mode").GetString(), forecast.GetProperty("keeps").GetBoolean()));
        Assert.Equal(2, forecast.GetProperty("warnings").GetArrayLength());
        Assert.Equal("1000/1", (await Api.GetAsync("api/sync/forecast?items_per_minute=1&organizations=1")).Text("limit"));
    }

    [Theory]
    [InlineData("organizations=1", "items_per_minute")]
    [InlineData("items_per_minute=0&organizations=1", "items_per_minute")]
    [InlineData("items_per_minute=1.5&organizations=1", "items_per_minute")]
    [InlineData("items_per_minute=10000001&organizations=1", "items_per_minute")]
    [InlineData("items_per_minute=1&organizations=-1", "organizations")]
    [InlineData("items_per_minute=1&organizations=1&limit=95", "limit")]
    [InlineData("items_per_minute=1&organizations=1&limit=0/1", "limit")]
    public async Task Get_ForecastOfNoLoad_NamesTheParameter(string query, string field) => Assert.Equal((400, field), await RefusalAsync($"api/sync/forecast?{query}"));

    private async Task<(int Status, string Field)> RefusalAsync(string path)
    {
        var refused = await Api.GetAsync(path);
        return (refused.Status, Assert.Single(refused.Fields));
    }

    private async Task<string> AddUsedAsync()
    {
        var organization = await Api.AddOrganizationAsync();
        var invoice = await Api.AddInvoiceAsync(organization, UsageApiFixture.Period);
        await Api.AddItemAsync(invoice, 100, UsageApiFixture.Now, "storage");
        await Api.AddItemAsync(invoice, 200, UsageApiFixture.Now, "storage");
        await Api.AddItemAsync(invoice, -5, UsageApiFixture.Now, "api");
        return organization;
    }
}
