using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Browser;

/// <summary>What roles that the directory gives allow, at the API as in the browser.</summary>
[Collection(nameof(DashboardTests))]
public sealed class ReaderTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "api/failed_jobs/retry?queue=readers")]
    [InlineData("DELETE", "api/failed_jobs?queue=readers")]
    [InlineData("PATCH", "api/customers/ann")]
    [InlineData("POST", "api/organizations")]
    public async Task Send_AsAReader_IsForbidden(string method, string path)
    {
        using var answer = await SendAsync(method, path, "Billing.Reader");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Billing.Operator", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Billing.Reader", "Billing.Operator")]
    [InlineData("Billing.Operator")]
    [InlineData]
    public async Task Send_AsSomebodyElse_IsDoneAndNotedWithTheName(params string[] roles)
    {
        using var answer = await SendAsync("POST", "api/failed_jobs/retry?queue=operators", roles);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var noted = await fixture.App.Http.GetFromJsonAsync<JsonElement>("api/audit?who=ann@example.com&outcome=done", Token);
        Assert.NotEmpty(noted.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Get_AsAReader_IsAnswered()
    {
        using var answer = await SendAsync("GET", "api/failed_jobs", "Billing.Reader");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Post_OfWhatChangesNothing_IsAnsweredToAReaderAndIsNoAction()
    {
        using var answer = await SendAsync("POST", "api/forecasts", "Billing.Reader");

        // It has no body: what is wrong with it says the function, not the role.
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var noted = await fixture.App.Http.GetFromJsonAsync<JsonElement>("api/audit?action=forecast", Token);
        Assert.Empty(noted.GetProperty("data").EnumerateArray());
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, params string[] roles)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in PrincipalBuilder.Headers("ann@example.com", roles))
        {
            request.Headers.Add(name, value);
        }

        return await fixture.App.Http.SendAsync(request, Token);
    }
}
