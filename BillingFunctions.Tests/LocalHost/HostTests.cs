using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.LocalHost;

/// <summary>A host with the sample app, shared by the tests that do not kill it.</summary>
public sealed class SharedSampleHost(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalHostProcess _host = null!;

    public const string Key = "the key";

    public string Storage { get; } = azurite.NewAccount();

    public HttpClient Http { get; private set; } = null!;

    internal LocalHostProcess Host => _host;

    public async ValueTask InitializeAsync()
    {
        _host = SampleApp.Start(_folder, new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = Storage,
            ["Email__Smtp__Host"] = "mail.invalid",
            ["Stripe__ApiKey"] = "sk_test_configured",
            ["Amounts__BaseUrl"] = "http://amounts.invalid",
            ["Keys__Default"] = Key,
            ["Sample__Schedule"] = "* * * * * *",
            ["AzureFunctionsJobHost__functionTimeout"] = "00:00:10",
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:00",
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2",
        });
        Http = new HttpClient { BaseAddress = await _host.ListeningAsync() };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>What the local host does as the real one does it.</summary>
public sealed class HostTests(SharedSampleHost shared) : IClassFixture<SharedSampleHost>
{
    private HttpClient Http => shared.Http;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PUT", "api/hello")]
    [InlineData("GET", "api/nowhere")]
    [InlineData("GET", "api/slow/abc")]
    public async Task Request_NoFunctionTakesIt_Is404(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.NotFound, (await Http.SendAsync(request, Token)).StatusCode);
    }

    [Fact]
    public async Task Request_RouteValueAndBody_ReachTheFunction()
    {
        using var response = await Http.PostAsync($"api/echo/Zo%C3%AB%20B?code={Uri.EscapeDataString(SharedSampleHost.Key)}", new StringContent("body"), Token);

        Assert.Equal("Zoë B: body", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("another", HttpStatusCode.Unauthorized)]
    [InlineData(SharedSampleHost.Key, HttpStatusCode.OK)]
    public async Task Request_FunctionWithKey_DemandsIt(string? key, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/x") { Content = new StringContent("") };
        if (key is not null)
        {
            request.Headers.Add("x-functions-key", key);
        }

        Assert.Equal(expected, (await Http.SendAsync(request, Token)).StatusCode);
    }

    [Fact]
    public async Task Request_FunctionFails_Is500AndTheHostGoesOn()
    {
        Assert.Equal(HttpStatusCode.InternalServerError, (await Http.GetAsync("api/fail", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("api/hello", Token)).StatusCode);
    }

    [Fact]
    public async Task Request_LargeBody_IsForwardedWhole()
    {
        var body = new string('x', 5_000_000);

        using var response = await Http.PostAsync($"api/echo/x?code={Uri.EscapeDataString(SharedSampleHost.Key)}", new StringContent(body), Token);

        Assert.Equal(body.Length + 3, (await response.Content.ReadAsStringAsync(Token)).Length);
    }

    [Fact]
    public async Task Orchestration_StartedWithTheKeyedClient_IsFollowedByItsManagementAddresses()
    {
        using var started = await Http.PostAsync("api/fan_out/20", null, Token);
        var payload = await started.Content.ReadFromJsonAsync<JsonElement>(Token);
        var status = new Uri(payload.EnumerateObject().Single(property => property.Name.Equals("statusQueryGetUri", StringComparison.OrdinalIgnoreCase)).Value.GetString()!);

        var end = await Poll.UntilAsync(() => Http.GetFromJsonAsync<JsonElement>(status, Token), run => run.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed");

        Assert.Equal(20, end.GetProperty("output").GetInt32());
        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync(status.GetLeftPart(UriPartial.Path), Token)).StatusCode);
    }

    [Fact]
    public async Task Queue_GoodAndFailingMessages_AreReadOrPoisoned()
    {
        var queue = new QueueClient(shared.Storage, "sample", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync(cancellationToken: Token);
        await queue.SendMessageAsync("hello", Token);
        await queue.SendMessageAsync("fail", Token);

        await Poll.UntilAsync(() => Task.FromResult(shared.Host.Output), output => output.Contains("Read hello.", StringComparison.Ordinal));
        var poison = new QueueClient(shared.Storage, "sample-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var message = await Poll.UntilAsync(async () => await poison.ExistsAsync(Token) ? (await poison.PeekMessageAsync(Token)).Value : null, message => message is not null);
        Assert.Equal("fail", message!.Body.ToString());
    }

    [Fact]
    public async Task Timer_ScheduleOfASetting_Ticks() => await Poll.UntilAsync(
        () => Task.FromResult(shared.Host.Lines.Count(line => line.Contains("Tick, past due: False.", StringComparison.Ordinal))), ticks => ticks >= 2);

    /// <summary>A function that runs too long and one whose process is killed: either way another worker serves soon.</summary>
    [Fact]
    public async Task Worker_TimedOutOrKilled_IsReplaced()
    {
        var first = await ProcessAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await Http.GetAsync("api/slow/60000", Token)).StatusCode);
        var second = await Poll.UntilAsync(ProcessAsync, id => id != 0 && id != first);

        LocalHostProcess.Kill(second);
        var third = await Poll.UntilAsync(ProcessAsync, id => id != 0 && id != second);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    /// <returns>The worker's process; 0 while none answers.</returns>
    private async Task<int> ProcessAsync()
    {
        using var response = await Http.GetAsync("api/process", Token);
        return response.IsSuccessStatusCode ? int.Parse(await response.Content.ReadAsStringAsync(Token), System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}
