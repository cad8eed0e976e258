using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Local.DurableTask;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>The management API over HTTP.</summary>
public sealed class ManagementTests : IAsyncLifetime
{
    private readonly Engines _engines = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var engine = _engines.Create(
            new FakeFunctions()
                .Orchestrator("Echo", context => Task.FromResult(context.GetInput<JsonElement>()))
                .Orchestrator("Fails", _ => throw new FormatException("broken"))
                .Orchestrator("Waits", async context =>
                {
                    context.SetCustomStatus(new { step = 1 });
                    return await context.WaitForExternalEvent<int>("end");
                }),
            new MemoryHubStore(_engines.Data));
        await engine.StartAsync(TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapDurableManagement(engine);
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First() + "/runtime/webhooks/durabletask/") };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _engines.DisposeAsync();
    }

    [Fact]
    public async Task Start_ThenStatus_RunsAndAnswersResult()
    {
        var started = await _http.PostAsJsonAsync("orchestrators/Echo/e1?code=k", new { a = 1 });
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var links = await started.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("e1", links.GetProperty("id").GetString());
        Assert.EndsWith("/instances/e1?code=k", links.GetProperty("statusQueryGetUri").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("/terminate?reason={text}&code=k", links.GetProperty("terminatePostUri").GetString(), StringComparison.Ordinal);

        var status = await EndAsync("e1");

        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal(1, status.GetProperty("output").GetProperty("a").GetInt32());
        Assert.EndsWith("Z", status.GetProperty("createdTime").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_Running_IsAcceptedWithLocationAndRetryAfter()
    {
        await _http.PostAsync("orchestrators/Waits/w1", null);
        await UntilAsync("w1", status => status.GetProperty("customStatus").ValueKind == JsonValueKind.Object);

        var response = await _http.GetAsync("instances/w1?showHistory=true");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        Assert.Equal("ExecutionStarted", body.GetProperty("historyEvents")[0].GetProperty("EventType").GetString());
    }

    [Fact]
    public async Task Status_Failed_IsOkUnlessAskedOtherwise()
    {
        await _http.PostAsync("orchestrators/Fails/f1", null);
        var status = await EndAsync("f1");

        Assert.Equal("System.FormatException: broken", status.GetProperty("output").GetString());
        var asked = await _http.GetAsync("instances/f1?returnInternalServerErrorOnFailure=true");
        Assert.Equal(HttpStatusCode.InternalServerError, asked.StatusCode);
    }

    [Fact]
    public async Task RaiseEvent_Waiting_CompletesAndIsGoneAfterwards()
    {
        await _http.PostAsync("orchestrators/Waits/w1", null);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.PostAsync("instances/w1/raiseEvent/end", new StringContent("1"))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsJsonAsync("instances/w1/raiseEvent/end", 5)).StatusCode);

        Assert.Equal(5, (await EndAsync("w1")).GetProperty("output").GetInt32());
        Assert.Equal(HttpStatusCode.Gone, (await _http.PostAsJsonAsync("instances/w1/raiseEvent/end", 5)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PostAsJsonAsync("instances/no/raiseEvent/end", 5)).StatusCode);
    }

    [Fact]
    public async Task SuspendResumeTerminatePurge_EachDoesItsPart()
    {
        await _http.PostAsync("orchestrators/Waits/w1", null);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync("instances/w1/suspend?reason=x", null)).StatusCode);
        await UntilAsync("w1", status => status.GetProperty("runtimeStatus").GetString() == "Suspended");
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync("instances/w1/resume", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync("instances/w1/terminate?reason=enough", null)).StatusCode);
        Assert.Equal("enough", (await EndAsync("w1")).GetProperty("output").GetString());
        Assert.Equal(HttpStatusCode.Gone, (await _http.PostAsync("instances/w1/terminate", null)).StatusCode);

        var purged = await (await _http.DeleteAsync("instances/w1")).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(1, purged.GetProperty("instancesDeleted").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("instances/w1")).StatusCode);
    }

    [Fact]
    public async Task List_WithStatusFilter_AnswersArray()
    {
        await _http.PostAsJsonAsync("orchestrators/Echo/e1", 1);
        await _http.PostAsync("orchestrators/Waits/w1", null);
        await EndAsync("e1");

        var found = await _http.GetFromJsonAsync<JsonElement>("instances?runtimeStatus=Completed,Failed");

        Assert.Equal("e1", Assert.Single(found.EnumerateArray()).GetProperty("instanceId").GetString());
    }

    [Fact]
    public async Task Start_UnknownOrBadJson_IsBadRequest()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.PostAsync("orchestrators/Nobody", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.PostAsync("orchestrators/Echo", new StringContent("{"))).StatusCode);
    }

    private Task<JsonElement> EndAsync(string id) =>
        UntilAsync(id, status => status.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated");

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Engines.Deadline);
        while (true)
        {
            var status = await (await _http.GetAsync($"instances/{id}", deadline.Token)).Content.ReadFromJsonAsync<JsonElement>(deadline.Token);
            if (condition(status))
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }
    }
}
