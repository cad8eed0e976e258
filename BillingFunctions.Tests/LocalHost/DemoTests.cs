using System.Net;
using BillingFunctions.LocalHost.Demo;
using Spectre.Console;

namespace BillingFunctions.Tests.LocalHost;

public sealed class DemoTests : IDisposable
{
    private const string Failed =
        """{ "id": "e1", "status": "failed", "rows": 3, "percent": 1.5, "rows_per_second": null, "file": null, "error": "Stripe is down." }""";

    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "The demonstration stopped: POST /api/exports answered 409.\n")]
    [InlineData(HttpStatusCode.Accepted, "Customer export …\nThe demonstration stopped: export e1 is failed. Stripe is down.\n")]
    public async Task RunAsync_ExportDoesNotEndWell_SaysSoAndReturns(HttpStatusCode start, string expected)
    {
        var client = new HttpClient(new Answers(start)) { BaseAddress = new Uri("http://app.invalid") };

        await Demonstration.RunAsync([new ExportDemo(Path.GetTempPath(), TimeProvider.System)], client, Console(), TestContext.Current.CancellationToken);

        Assert.Equal(expected, _output.ToString());
    }

    [Fact]
    public async Task ProgressAsync_ManySmallSteps_AreALineForEachTenth()
    {
        await Console().ProgressAsync("Job", progress =>
        {
            for (var percent = 0; percent <= 100; percent++)
            {
                progress.Report(new DemoProgress(percent, "words"));
            }

            return Task.CompletedTask;
        });

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal(("Job …", "Job: 10%, words", "Job: 100%, words"), (lines[0], lines[1], lines[^1]));
    }

    private DemoConsole Console() => new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) }), isRedirected: true);

    /// <summary>An app whose exports are accepted or not, and then fail.</summary>
    private sealed class Answers(HttpStatusCode start) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.Method == HttpMethod.Post
                ? new HttpResponseMessage(start) { Headers = { Location = new Uri("/api/exports/e1", UriKind.Relative) } }
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Failed, null, "application/json") });
    }
}
