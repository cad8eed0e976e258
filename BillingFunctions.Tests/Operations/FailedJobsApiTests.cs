using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Operations;

[Collection(nameof(OperationsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class FailedJobsApiTests(OperationsApiFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_Jobs_ShowsThemNewestFirst()
    {
        await AddAsync("listed", "evt_1", "message 1");
        await AddAsync("listed", "evt_2", new string('x', 3_999) + "😀" + new string('x', 997));

        var page = await GetAsync("api/failed_jobs?queue=listed&limit=1");
        var next = await GetAsync($"api/failed_jobs?queue=listed&limit=1&cursor={page.GetProperty("next_cursor").GetString()}");

        var newest = page.GetProperty("data")[0];
        Assert.Equal(("evt_2", "no luck", 5), (newest.GetProperty("job_id").GetString(), newest.GetProperty("error").GetString(), newest.GetProperty("attempts").GetInt32()));
        Assert.Equal((3_999, true, 5_000), (newest.GetProperty("payload").GetString()!.Length, newest.GetProperty("payload_truncated").GetBoolean(), newest.GetProperty("payload_bytes").GetInt32()));
        Assert.Equal("message 1", next.GetProperty("data")[0].GetProperty("payload").GetString());
        Assert.Equal(JsonValueKind.Null, next.GetProperty("next_cursor").ValueKind);
        Assert.Contains("evt_1", (await GetAsync("api/failed_jobs?limit=100")).GetProperty("data").EnumerateArray().Select(job => job.GetProperty("job_id").GetString()));
    }

    [Fact]
    public async Task Retry_Twice_PutsItOnTheQueueOnce()
    {
        var id = await AddAsync("retried", "evt_1", "{\"id\":\"ä\"}");

        using var first = await fixture.App.Http.PostAsync($"api/failed_jobs/{id}/retry", null, Token);
        using var second = await fixture.App.Http.PostAsync($"api/failed_jobs/{id}/retry", null, Token);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.NotFound), (first.StatusCode, second.StatusCode));
        Assert.Equal(1, (await first.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("retried").GetInt32());
        Assert.Equal(["{\"id\":\"ä\"}"], await ReceiveAsync("retried"));
        Assert.Empty((await GetAsync("api/failed_jobs?queue=retried")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task RetryMany_OfAQueue_IsAJobWithProgress()
    {
        await AddAsync("many", "evt_1", "1");
        await AddAsync("many", "evt_2", "2");
        await AddAsync("many", "evt_3", new string('x', 60_000));

        using var preview = await fixture.App.Http.PostAsync("api/failed_jobs/retry?queue=many&dry_run=true", null, Token);
        Assert.Equal("""{"total":3,"dry_run":true}""", await preview.Content.ReadAsStringAsync(Token));
        var job = await CompleteAsync(await fixture.App.Http.PostAsync("api/failed_jobs/retry?queue=many", null, Token));

        Assert.Equal(("retry", 3, 2, 1, 100), (
            job.GetProperty("action").GetString(), job.GetProperty("total").GetInt32(), job.GetProperty("done").GetInt32(), job.GetProperty("skipped").GetInt32(), job.GetProperty("percent").GetInt32()));
        Assert.Equal(["1", "2"], (await ReceiveAsync("many")).Order(StringComparer.Ordinal));
        Assert.Single((await GetAsync("api/failed_jobs?queue=many")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task DeleteMany_MoreThanAPageThatMatch_LeavesTheOthers()
    {
        foreach (var chunk in Enumerable.Range(0, 120).Chunk(20))
        {
            await Task.WhenAll(chunk.Select(number => fixture.Store.AddAsync("swept", $"evt_{number}", "1", number < 110 ? "Stripe timed out" : "no luck", 5, Token)));
        }

        var job = await CompleteAsync(await fixture.App.Http.DeleteAsync("api/failed_jobs?queue=swept&error=timed%20OUT", Token));

        Assert.Equal((110, 110, 0), (job.GetProperty("total").GetInt32(), job.GetProperty("done").GetInt32(), job.GetProperty("skipped").GetInt32()));
        var left = (await GetAsync("api/failed_jobs?queue=swept&limit=100")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("error").GetString()).ToList();
        Assert.Equal(Enumerable.Repeat("no luck", 10), left);
    }

    [Fact]
    public async Task Retry_QueueGone_IsAConflict()
    {
        await fixture.Store.AddAsync("gone", "evt_1", "1", "no luck", 5, Token);
        var id = (await fixture.Store.ListAsync("gone", null, 1, Token))[0].Id;

        using var response = await fixture.App.Http.PostAsync($"api/failed_jobs/{id}/retry", null, Token);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task Delete_Twice_IsGoneThenNotFound()
    {
        var id = await AddAsync("deleted", "evt_1", "1");

        using var first = await fixture.App.Http.DeleteAsync($"api/failed_jobs/{id}", Token);
        using var second = await fixture.App.Http.DeleteAsync($"api/failed_jobs/{id}", Token);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (first.StatusCode, second.StatusCode));
    }

    [Theory]
    [InlineData("GET", "api/failed_jobs?queue=Not_a_queue", "queue")]
    [InlineData("GET", "api/failed_jobs?cursor=x", "cursor")]
    [InlineData("GET", "api/failed_jobs?limit=101", "limit")]
    [InlineData("POST", "api/failed_jobs/retry?queue=Not_a_queue", "queue")]
    [InlineData("POST", "api/failed_jobs/retry?dry_run=perhaps", "dry_run")]
    [InlineData("GET", "api/failed_jobs?kueue=x", "kueue")]
    [InlineData("DELETE", "api/failed_jobs", "queue")]
    public async Task Send_ValueNotAllowed_SaysWhichFieldIsWrong(string method, string path, string field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await fixture.App.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(field, out _));
    }

    private async Task<JsonElement> CompleteAsync(HttpResponseMessage accepted)
    {
        using (accepted)
        {
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            return await Poll.UntilAsync(() => GetAsync(accepted.Headers.Location!.ToString()), job => job.GetProperty("status").GetString() == "completed");
        }
    }

    private async Task<string> AddAsync(string queue, string jobId, string payload)
    {
        await fixture.Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: Token);
        await fixture.Store.AddAsync(queue, jobId, payload, "no luck", 5, Token);
        return (await fixture.Store.ListAsync(queue, null, 100, Token)).Single(job => job.JobId == jobId).Id;
    }

    private async Task<IReadOnlyList<string>> ReceiveAsync(string queue)
    {
        var messages = await fixture.Queues.GetQueueClient(queue).ReceiveMessagesAsync(32, cancellationToken: Token);
        return [.. messages.Value.Select(message => message.MessageText)];
    }

    private Task<JsonElement> GetAsync(string path) => fixture.App.Http.GetFromJsonAsync<JsonElement>(path, Token);
}
