using System.Net;
using System.Text;
using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.Testing.Processes;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.LocalHost.Client;

public sealed class ApiClientTests : IDisposable
{
    private const string Running = """{ "id": "exp_1", "status": "running", "rows": 500, "percent": 50, "started_at": "2026-10-01T00:00:00Z" }""";

    private const string Completed = """
        { "id": "exp_1", "status": "completed", "rows": 1000, "percent": 100, "started_at": "2026-10-01T00:00:00Z", "finished_at": "2026-10-01T00:00:02Z",
          "file": { "path": "exports/a.csv", "bytes": 5, "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" } }
        """;

    private readonly StringWriter _output = new() { NewLine = "\n" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(
        400,
        "application/problem+json",
        """{ "title": "The request is not valid", "detail": "Nothing was changed.", "errors": { "fields": ["One.", "Two."], "file_name": ["Three."] } }""",
        "The request is not valid (400). Nothing was changed.|    fields: One.|    fields: Two.|    file_name: Three.")]
    [InlineData(
        503,
        "application/problem+json",
        """{ "title": "This part of the app is off", "detail": "Stripe__ApiKey is not set. See /api/health for what is on." }""",
        "This part of the app is off (503). Stripe__ApiKey is not set. See /api/health for what is on.")]
    [InlineData(401, "text/plain", "", "http://app.invalid does not take the key (401). Give the right one with --key, or in BILLING_FUNCTION_KEY.")]
    [InlineData(404, "text/html", "<h1>Nothing here</h1>", "GET /api/exports/exp_1 answered 404.")]
    [InlineData(502, "application/problem+json", "<broken", "GET /api/exports/exp_1 answered 502.")]
    public async Task GetAsync_Refused_IsALineAndOneForEachField(int status, string type, string body, string expected)
    {
        using var app = Client(new Answers((status, type, body)));

        var failure = await Assert.ThrowsAsync<JobException>(() => app.GetAsync<ExportRun>("api/exports/exp_1", Token));

        Assert.Equal(expected.Split('|'), Failures.Lines(failure));
    }

    [Fact]
    public async Task GetAsync_AnotherServer_SaysThatItIsNotTheAnswer()
    {
        using var app = Client(new Answers((200, "text/html", "<html>")));

        var failure = await Assert.ThrowsAsync<JobException>(() => app.GetAsync<ExportRun>("api/exports/exp_1", Token));

        Assert.StartsWith("GET /api/exports/exp_1 answered something else than it should: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchAsync_AppIsAwayForAMoment_GoesOn()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        using var app = Client(new Answers((200, "application/json", Running), (503, "text/plain", ""), (0, "", ""), (200, "application/json", Completed)), time);
        var started = await app.GetAsync<ExportRun>("api/exports/exp_1", Token);

        var watching = started.FinishAsync(app, new JobConsole(_output), Token);
        while (!watching.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("Customer export completed: 1,000 rows, 5 bytes in 2.0 s.", (await watching).Summary);
        Assert.Equal("Customer export …\nCustomer export: 50%, 500 rows, 0 rows/s\nCustomer export: 100%, 1,000 rows, 0 rows/s\n", _output.ToString());
    }

    [Theory]
    [InlineData("hello", null)]
    [InlineData("hallo", "The file has the hash d3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9, but the export says 2cf2")]
    public async Task SaveAsync_Download_IsThereOnlyIfItIsWhatWasWritten(string content, string? error)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.csv");
        using var app = Client(new Answers((200, "application/json", Completed), (200, "text/csv", content)));
        var run = await app.GetAsync<ExportRun>("api/exports/exp_1", Token);

        var failure = await Record.ExceptionAsync(() => run.SaveAsync(app, new OutputFile(path), Token));

        Assert.StartsWith(error ?? "", failure?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(error is null ? [path] : [], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task SaveAsync_NoSuchFolder_SaysSoInALine()
    {
        using var app = Client(new Answers((200, "application/json", Completed), (200, "text/csv", "hello")));
        var run = await app.GetAsync<ExportRun>("api/exports/exp_1", Token);

        var failure = await Assert.ThrowsAsync<JobException>(() => run.SaveAsync(app, new OutputFile("/nowhere/at/all/a.csv"), Token));

        Assert.StartsWith("/nowhere/at/all/a.csv cannot be written: ", failure.Message, StringComparison.Ordinal);
    }

    private static ApiClient Client(Answers answers, TimeProvider? time = null) =>
        new(new HttpClient(answers) { BaseAddress = new Uri("http://app.invalid") }, time ?? TimeProvider.System);

    /// <summary>An app that gives these answers one after the other; status 0 is none at all.</summary>
    private sealed class Answers(params (int Status, string Type, string Body)[] answers) : HttpMessageHandler
    {
        private readonly Queue<(int Status, string Type, string Body)> _answers = new(answers);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, type, body) = _answers.Dequeue();
            return status == 0
                ? throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused.")
                : Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) });
        }
    }
}
