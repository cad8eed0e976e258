using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Operations;

[Collection(nameof(OperationsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class OperatorAuditTests(OperationsApiFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_AfterActions_SaysWhoDidWhatOnWhatAndHowItEnded()
    {
        var queue = await AddFailedJobAsync("audited");
        var id = (await fixture.Store.ListAsync(queue, null, 1, Token))[0].Id;
        await SendAsync(HttpMethod.Post, $"api/failed_jobs/{id}/retry", "operator-1");
        await SendAsync(HttpMethod.Delete, $"api/failed_jobs/{id}?code=operator-1", key: null);
        await SendAsync(HttpMethod.Get, $"api/failed_jobs?queue={queue}", "operator-1");

        var actions = await ListAsync($"about={id}");

        Assert.Equal(["delete_failed_job", "retry_failed_job"], actions.Select(action => action.GetProperty("action").GetString()));
        Assert.Equal(["refused", "done"], actions.Select(action => action.GetProperty("outcome").GetString()));
        Assert.Equal([404, 202], actions.Select(action => action.GetProperty("status").GetInt32()));
        Assert.Equal([$"/api/failed_jobs/{id}", $"/api/failed_jobs/{id}/retry"], actions.Select(action => action.GetProperty("path").GetString()));
        Assert.All(actions, action => Assert.Matches("^key [0-9a-f]{12}$", action.GetProperty("who").GetString()));
        Assert.Single(actions.Select(action => action.GetProperty("who").GetString()).Distinct());
        Assert.All(actions, action => Assert.InRange(action.GetProperty("duration_ms").GetInt64(), 0, long.MaxValue));
    }

    [Fact]
    public async Task List_Filtered_HasOnlyThose()
    {
        var queue = await AddFailedJobAsync("filtered");
        await SendAsync(HttpMethod.Post, $"api/failed_jobs/retry?queue={queue}", "operator-2");
        await SendAsync(HttpMethod.Post, "api/failed_jobs/retry?queue=Not_a_queue", "operator-2");
        var who = Assert.Single(await ListAsync("action=retry_failed_jobs&limit=1")).GetProperty("who").GetString()!;

        var all = await ListAsync($"who={Uri.EscapeDataString(who)}");
        var refused = await ListAsync($"who={Uri.EscapeDataString(who)}&outcome=refused");
        var first = await GetAsync($"api/audit?who={Uri.EscapeDataString(who)}&limit=1");
        var second = await ListAsync($"who={Uri.EscapeDataString(who)}&limit=1&cursor={first.GetProperty("next_cursor").GetString()}");

        Assert.Equal(2, all.Count);
        Assert.Equal(400, Assert.Single(refused).GetProperty("status").GetInt32());
        Assert.Equal(all.Select(IdOf), [IdOf(first.GetProperty("data")[0]), IdOf(Assert.Single(second))]);
    }

    /// <summary>Anybody can send the header when App Service authentication, which would replace it, is off.</summary>
    [Fact]
    public async Task List_PrincipalClaimedByTheCaller_IsNotBelieved()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/failed_jobs/audit_0/retry") { Headers = { { "X-MS-CLIENT-PRINCIPAL-NAME", "mallory@example.com" } } };
        using var answer = await fixture.App.Http.SendAsync(request, Token);

        var action = (await ListAsync("about=audit_0"))[0];

        Assert.DoesNotContain("mallory", action.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outcome=perhaps", "outcome")]
    [InlineData("outcome=1", "outcome")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("limit=0", "limit")]
    [InlineData("whom=x", "whom")]
    public async Task List_ValueNotAllowed_NamesTheField(string query, string field)
    {
        using var answer = await fixture.App.Http.GetAsync($"api/audit?{query}", Token);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(field, out _));
    }

    private static string? IdOf(JsonElement action) => action.GetProperty("id").GetString();

    private async Task<string> AddFailedJobAsync(string queue)
    {
        await fixture.Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: Token);
        await fixture.Store.AddAsync(queue, "evt_1", "1", "no luck", 5, Token);
        return queue;
    }

    private async Task SendAsync(HttpMethod method, string path, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Add("x-functions-key", key);
        }

        using var answer = await fixture.App.Http.SendAsync(request, Token);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query) => [.. (await GetAsync($"api/audit?{query}")).GetProperty("data").EnumerateArray()];

    private Task<JsonElement> GetAsync(string path) => fixture.App.Http.GetFromJsonAsync<JsonElement>(path, Token);
}
