using BillingFunctions.LocalHost;
using BillingFunctions.Tests.Local.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace BillingFunctions.Tests.LocalHost;

public sealed class DemoTests
{
    private const string Failed =
        """{ "id": "e1", "status": "failed", "rows": 3, "percent": 1.5, "rows_per_second": null, "file": null, "error": "Stripe is down." }""";

    [Theory]
    [InlineData(typeof(NoExports), "")]
    [InlineData(typeof(Refuses), "The demonstration stopped: POST /api/exports answered 409.\n")]
    [InlineData(typeof(Fails), "Customer export …\nThe demonstration stopped: export e1 is failed. Stripe is down.\n")]
    public async Task Run_ExportDoesNotEndWell_SaysSoAndReturns(Type functions, string expected)
    {
        await using var app = await TestApp.StartAsync([functions]);
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

        await app.Host.Services.GetRequiredService<Demo>().RunAsync(
            app.Client.BaseAddress!,
            new DemoConsole(console, isRedirected: true),
            TestContext.Current.CancellationToken);

        Assert.Equal(expected, output.ToString());
    }

    [Fact]
    public async Task Report_ManySmallSteps_AreALineForEachTenth()
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = new DemoConsole(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }), isRedirected: true);

        await console.ProgressAsync("Job", progress =>
        {
            for (var percent = 0; percent <= 100; percent++)
            {
                progress.Report(new DemoProgress(percent, "words"));
            }

            return Task.CompletedTask;
        });

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal(("Job …", "Job: 10%, words", "Job: 100%, words"), (lines[0], lines[1], lines[^1]));
    }

    public sealed class NoExports
    {
        [Function("Other")]
        public IResult Other([HttpTrigger("get", Route = "other")] HttpRequest request) => Results.Ok();
    }

    public sealed class Refuses
    {
        [Function("Start")]
        public IResult Start([HttpTrigger("post", Route = "api/exports")] HttpRequest request) => Results.Conflict();
    }

    public sealed class Fails
    {
        [Function("Start")]
        public IResult Start([HttpTrigger("post", Route = "api/exports")] HttpRequest request) => Results.Accepted("/api/exports/e1");

        [Function("Status")]
        public IResult Status([HttpTrigger("get", Route = "api/exports/{id}")] HttpRequest request) => Results.Text(Failed, "application/json");
    }
}
