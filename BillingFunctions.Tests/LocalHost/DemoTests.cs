using System.Net;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Demo;

namespace BillingFunctions.Tests.LocalHost;

public sealed class DemoTests : IDisposable
{
    private const string Queued = """{ "id": "e1", "status": "queued", "rows": 0, "percent": 0, "rows_per_second": 0, "file": null, "error": null }""";

    private const string Failed =
        """{ "id": "e1", "status": "failed", "rows": 3, "percent": 1.5, "rows_per_second": null, "file": null, "error": "Stripe is down." }""";

    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "The demonstration stopped: POST /api/exports answered 409.\n")]
    [InlineData(HttpStatusCode.Accepted, "Customer export …\nThe demonstration stopped: export e1 is failed. Stripe is down.\n")]
    public async Task RunAsync_ExportDoesNotEndWell_SaysSoAndReturns(HttpStatusCode start, string expected)
    {
        using var app = new ApiClient(new HttpClient(new Answers(start)) { BaseAddress = new Uri("http://app.invalid") }, TimeProvider.System);

        await Demonstration.RunAsync([new ExportDemo(Path.GetTempPath())], app, new JobConsole(_output), TestContext.Current.CancellationToken);

        Assert.Equal(expected, _output.ToString());
    }

    [Fact]
    public async Task RunAsync_UsageDemo_ShowsModesAndWhatTheOrganizationSees()
    {
        using var app = new ApiClient(new HttpClient(new UsageAnswers()) { BaseAddress = new Uri("http://app.invalid") }, TimeProvider.System);

        await Demonstration.RunAsync([new UsageDemo(TimeProvider.System)], app, new JobConsole(_output), TestContext.Current.CancellationToken);

        var output = _output.ToString();
        Assert.Matches("Usage, quiet: 6 items, each at Stripe after .* s\\.\n", output);
        Assert.Contains("Usage, burst: 50%, batched, 1,500 queued, groups of 15, 3 of 20/1 calls left\n", output, StringComparison.Ordinal);
        Assert.Matches("Usage, burst: 3,000 items of 20 organizations at Stripe after .* s: batched, realtime; groups of 15 and more\\.\n", output);
        Assert.Contains("Usage      151 items, 150.50 USD, at Stripe, 0 items on their way, of the first organization\n", output, StringComparison.Ordinal);
        Assert.Contains("Link       http://app.invalid/api/usage?token=t\n", output, StringComparison.Ordinal);
        Assert.Contains("Sync       http://app.invalid/api/sync\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_UsageDemoWhoseItemsAreRefused_SaysSoAndReturns()
    {
        using var app = new ApiClient(new HttpClient(new UsageAnswers { Refused = 2 }) { BaseAddress = new Uri("http://app.invalid") }, TimeProvider.System);

        await Demonstration.RunAsync([new UsageDemo(TimeProvider.System)], app, new JobConsole(_output), TestContext.Current.CancellationToken);

        Assert.EndsWith("The demonstration stopped: 2 of 1000 invoice items were refused.\n", _output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An app whose items are at Stripe when they are looked at again, and whose queue is half empty once, and then empty.</summary>
    private sealed class UsageAnswers : HttpMessageHandler
    {
        private int _looks;

        public int Refused { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer($"{request.Method} {request.RequestUri!.AbsolutePath}"), null, "application/json") });

        private string Answer(string request) => request switch
        {
            "POST /api/invoice_items" => """{ "id": "ii_1", "sync_status": "pending" }""",
            "GET /api/invoice_items/ii_1" => """{ "id": "ii_1", "sync_status": "synced" }""",
            "POST /api/invoice_items/batch" => $$"""{ "created": 0, "refused": {{Refused}} }""",
            "GET /api/sync" when Interlocked.Increment(ref _looks) == 1 => """{ "mode": "batched", "queue_size": 1500, "group_size": 15, "budget": { "limit": "20/1", "left": 3 } }""",
            "GET /api/sync" => """{ "mode": "realtime", "queue_size": 0, "group_size": 1, "budget": { "limit": "20/1", "left": 20 } }""",
            "GET /api/organizations/org_1/usage" => $$"""{ "synced": { "items": 151, "totals": [{ "amount": 15050, "currency": "usd" }] }, "pending": { "items": {{(_looks < 2 ? 75 : 0)}}, "totals": [] } }""",
            "POST /api/organizations/org_1/usage_link" => """{ "url": "http://app.invalid/api/usage?token=t" }""",
            _ => """{ "id": "org_1" }""",
        };
    }

    /// <summary>An app whose exports are accepted or not, and then fail.</summary>
    private sealed class Answers(HttpStatusCode start) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.Method == HttpMethod.Post
                ? new HttpResponseMessage(start) { Content = new StringContent(start == HttpStatusCode.Accepted ? Queued : "", null, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Failed, null, "application/json") });
    }
}
