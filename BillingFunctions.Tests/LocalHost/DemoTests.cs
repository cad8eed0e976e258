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

    /// <summary>An app whose exports are accepted or not, and then fail.</summary>
    private sealed class Answers(HttpStatusCode start) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.Method == HttpMethod.Post
                ? new HttpResponseMessage(start) { Content = new StringContent(start == HttpStatusCode.Accepted ? Queued : "", null, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Failed, null, "application/json") });
    }
}
