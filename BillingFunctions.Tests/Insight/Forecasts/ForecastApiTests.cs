using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Tests.Operations;

namespace BillingFunctions.Tests.Insight.Forecasts;

[Collection(nameof(OperationsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class ForecastApiTests(OperationsApiFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_UsageAndCustomers_ForecastsBoth()
    {
        var forecast = await ForecastAsync(new { items_per_minute = 500, organizations = 30_000, limit = "95/60", customers = 100_000, amounts_limit = "50/1", date = "2026-12-05" });

        var (sync, run) = (forecast.GetProperty("sync"), forecast.GetProperty("invoicing"));
        Assert.Equal("batched", sync.GetProperty("mode").GetString());
        Assert.InRange(sync.GetProperty("grouped_from").GetInt64(), 60, 300);
        Assert.InRange(sync.GetProperty("calls_per_day").GetInt64(), 100_000, 95 * 24 * 60);
        Assert.False(sync.GetProperty("keeps").GetBoolean());
        Assert.NotEmpty(sync.GetProperty("warnings").EnumerateArray());

        // 100,000 lookups at 50 a second and 3% slack.
        Assert.InRange(run.GetProperty("duration_seconds").GetInt64(), 2_000, 2_200);
        Assert.True(run.GetProperty("in_time").GetBoolean());
        Assert.Equal("2026-12-06T00:00:00Z", run.GetProperty("ends_by").GetString()!.Replace(".000", "", StringComparison.Ordinal));

        var storage = forecast.GetProperty("storage");
        Assert.Equal(
            storage.GetProperty("transactions_per_month").GetInt64(), storage.GetProperty("by").EnumerateArray().Sum(work => work.GetProperty("transactions").GetInt64()));
        Assert.Equal("usd", storage.GetProperty("estimated_cost").GetProperty("currency").GetString());
        var chart = forecast.GetProperty("chart");
        Assert.Single(new[] { "seconds", "queue", "oldest_age_seconds", "calls_per_minute" }.Select(series => chart.GetProperty(series).GetArrayLength()).Distinct());
    }

    [Fact]
    public async Task Post_CustomersOnly_SaysWhenTheyAreTooManyForTheDay()
    {
        var forecast = await ForecastAsync(new { customers = 1_000_000, amounts_limit = "5/1", date = "2026-12-02" });

        Assert.Equal(JsonValueKind.Null, forecast.GetProperty("sync").ValueKind);
        Assert.False(forecast.GetProperty("invoicing").GetProperty("in_time").GetBoolean());
        Assert.Contains("too late", forecast.GetProperty("invoicing").GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "items_per_minute")]
    [InlineData("""{ "items_per_minute": 0 }""", "items_per_minute")]
    [InlineData("""{ "items_per_minute": "many" }""", "items_per_minute")]
    [InlineData("""{ "items_per_minute": 1, "organizations": 0 }""", "organizations")]
    [InlineData("""{ "items_per_minute": 1, "limit": "fast" }""", "limit")]
    [InlineData("""{ "items_per_minute": 1, "hours": 100 }""", "hours")]
    [InlineData("""{ "customers": -1 }""", "customers")]
    [InlineData("""{ "customers": 10000000, "amounts_limit": "1/60" }""", "customers")]
    [InlineData("""{ "customers": 1, "amounts_limit": "0/1" }""", "amounts_limit")]
    [InlineData("""{ "customers": 1, "date": "2026-02-30" }""", "date")]
    [InlineData("""{ "customers": 1, "lookup_failures": 0.6 }""", "lookup_failures")]
    [InlineData("""{ "customer": 1 }""", "customer")]
    public async Task Post_WhatIsNotAllowed_IsRefusedByField(string body, string field)
    {
        using var content = new StringContent(body);
        using var answer = await fixture.App.Http.PostAsync("api/forecasts", content, Token);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors");
        Assert.Equal([field], errors.EnumerateObject().Select(error => error.Name));
    }

    private async Task<JsonElement> ForecastAsync(object body)
    {
        using var content = JsonContent.Create(body);
        using var answer = await fixture.App.Http.PostAsync("api/forecasts", content, Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Token));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }
}
