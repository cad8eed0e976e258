using System.Text;
using System.Text.Json.Nodes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.OpenApi;

/// <summary>The app with all services of the local run, after somebody has gone through docs/api.md.</summary>
public sealed class ApiGuideFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalHostProcess _host = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal ApiContract Contract { get; private set; } = null!;

    internal int ExitCode { get; private set; }

    internal string Errors { get; private set; } = "";

    internal IReadOnlyList<(ApiCall Call, IReadOnlyList<int> Expected)> Calls { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var settings = BillingApp.ImpatientQueues.Append(("AzureWebJobsStorage", azurite.NewAccount())).ToDictionary();
        _host = LocalHostProcess.Start(_folder.Path, settings, "--no-demo", "--port", "0");
        Http = new HttpClient { BaseAddress = await _host.ListeningAsync() };
        (ExitCode, Errors, Calls) = await ApiGuide.RunAsync(Http.BaseAddress);
        Contract = new ApiContract(await Http.GetStringAsync("api/openapi.json", TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Http.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Holds the guide, the document and the app against each other.</summary>
public sealed class ApiGuideTests(ApiGuideFixture fixture) : IClassFixture<ApiGuideFixture>
{
    private const string Unknown = """{ "no_such_field": 1 }""";

    /// <summary>What bodies may name under another name too, or only as it is: described in words.</summary>
    private static readonly string[] InWords = ["organization", "organization_id", "invoice", "invoice_id", "period", "currency"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Guide_Run_GoesThroughWithTheStatusesItNames()
    {
        Assert.True(fixture.ExitCode == 0, fixture.Errors);
        AssertNone(fixture.Calls.Where(one => one.Expected.Count == 0 ? one.Call.Status is < 200 or > 299 : !one.Expected.Contains(one.Call.Status)).Select(one => $"{one.Call} {one.Call.Body}"));
    }

    [Fact]
    public void Guide_Run_CallsEachOperation()
    {
        var called = fixture.Calls.Select(one => fixture.Contract.Find(one.Call.Method, one.Call.Url.AbsolutePath)?.Id).ToHashSet();

        AssertNone(fixture.Contract.Operations.Where(operation => !called.Contains(operation.Id)).Select(operation => $"{operation} is not called."));
    }

    [Fact]
    public void Guide_Text_NamesEachRoute() => Assert.All(ApiDocumentTests.HttpFunctions, function =>
        Assert.Matches($@"/{ApiPath.Fill(function.Trigger.Route!, @"[$\w-]+")}(?![\w/])", ApiGuide.Text));

    [Fact]
    public void Answers_OfTheGuide_AreAsDescribed() => AssertNone(fixture.Calls.SelectMany(one => fixture.Contract.BreachesOf(one.Call)).Distinct());

    [Fact]
    public async Task Refusals_NothingThereOrNotAllowed_AreAsDescribed()
    {
        var calls = new List<ApiCall>();
        foreach (var operation in fixture.Contract.Operations)
        {
            var path = ApiPath.Fill(operation.Path, "none");
            calls.Add(await SendAsync(operation.Method, path, "{}"));
            calls.Add(await SendAsync(operation.Method, $"{path}?limit=0&cursor=%00&period=x&status=x&from=x&compare=x&dry_run=x&late=x&queue=-", "["));
        }

        Assert.Contains(calls, call => call.Status == 404);
        Assert.Contains(calls, call => call.Status == 400);
        AssertNone(calls.SelectMany(call => fixture.Contract.BreachesOf(call)));
    }

    [Fact]
    public async Task Bodies_UnknownField_AreRefusedWithTheFieldsThatAreDescribed()
    {
        // Those of webhooks are read once they are verified.
        var operations = fixture.Contract.Operations.Where(operation => operation.BodySchema is not null && !operation.Path.StartsWith("/api/webhooks/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(operations);
        foreach (var operation in operations)
        {
            var url = fixture.Calls.First(one => fixture.Contract.Find(one.Call.Method, one.Call.Url.AbsolutePath) == operation).Call.Url;
            var refusal = await SendAsync(operation.Method, url.PathAndQuery, Unknown);

            var message = (string?)JsonNode.Parse(refusal.Body)?["errors"]?["no_such_field"]?[0];
            Assert.True(message?.Contains("Fields that can be set: ", StringComparison.Ordinal) == true, $"{refusal} {refusal.Body}");
            var allowed = message.Split("Fields that can be set: ")[1].TrimEnd('.').Split(", ");
            var described = fixture.Contract.PropertiesOf(operation.BodySchema!);
            AssertNone(described.Except(allowed).Select(field => $"{operation} does not take {field}"));
            AssertNone(allowed.Except(described).Except(InWords).Select(field => $"{operation} takes {field} too"));
        }
    }

    /// <summary>Shows them all: what the document lacks is seldom one thing.</summary>
    private static void AssertNone(IEnumerable<string> breaches)
    {
        var all = breaches.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private async Task<ApiCall> SendAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET")
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await fixture.Http.SendAsync(request, Token);
        return new ApiCall(method, new Uri(fixture.Http.BaseAddress!, path), (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", await answer.Content.ReadAsStringAsync(Token));
    }
}
