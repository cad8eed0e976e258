using System.Net;
using System.Net.Sockets;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Commands;

namespace BillingFunctions.Tests.LocalHost.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Theory]
    [InlineData("export", "export takes either <container/prefix> or --resume.")]
    [InlineData("export a --resume exp_1", "export takes either <container/prefix> or --resume.")]
    [InlineData("export --resume exp_1 --fields id", "--fields is of no use with --resume.")]
    [InlineData("export a --created-from yesterday", "'yesterday' is not a time such as 2026-01-31 or 2026-01-31T08:30:00Z.")]
    [InlineData("ingest", "ingest takes either <file.csv> or --watch.")]
    [InlineData("ingest missing.csv", "File does not exist: 'missing.csv'.")]
    [InlineData("ingest --watch upl_1 --dry-run", "--dry-run is of no use with --watch.")]
    [InlineData("invoice", "Required argument 'yyyy-MM' missing for command: 'invoice'.")]
    [InlineData("invoice 2026-13", "'2026-13' is not a month such as 2026-10.")]
    [InlineData("report October", "'October' is not a month such as 2026-10.")]
    [InlineData("report 2026-10 --url 127.0.0.1:7071", "--url takes an address such as http://127.0.0.1:7071, not '127.0.0.1:7071'.")]
    [InlineData("report 2026-10 --key secret", "--key needs --url.")]
    [InlineData("report 2026-10 --url http://app.invalid --no-services", "--no-services is of no use with --url.")]
    [InlineData("--port 80 report 2026-10", "--port is of no use with report.")]
    [InlineData("--no-demo report 2026-10", "--no-demo is of no use with report.")]
    [InlineData("report 2026-10 2026-11", "Unrecognized command or argument '2026-11'.")]
    public async Task RunAsync_WrongArguments_SaysWhatIsWrong(string line, string expected)
    {
        Assert.Equal(ExitCodes.Failed, await RunAsync(line));

        Assert.Equal(expected, _errors.ToString().Trim());
    }

    [Theory]
    [InlineData("--help", "export <container/prefix>", "ingest <file.csv>", "invoice <yyyy-MM>", "report <yyyy-MM>", "--no-demo", "--port <0-65535>")]
    [InlineData("export --help", "--url", "--key", "--fields", "--created-from", "--created-to", "--file-name", "--overwrite", "--raw-formulas", "--output", "--resume", "Exit code")]
    [InlineData("ingest --help", "--url", "--key", "--dry-run", "--errors", "--watch", "Exit code")]
    [InlineData("invoice --help", "--url", "--key", "Exit code")]
    [InlineData("report --help", "--url", "--key", "--output", "Exit code")]
    public async Task RunAsync_Help_ListsWhatThereIs(string line, params string[] expected)
    {
        Assert.Equal(ExitCodes.Done, await RunAsync(line));

        Assert.All(expected, text => Assert.Contains(text, _output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_NothingListensAtTheUrl_SaysSoInALine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var failure = await Assert.ThrowsAsync<JobException>(() => RunAsync($"report 2026-10 --url http://127.0.0.1:{port}"));

        Assert.StartsWith($"http://127.0.0.1:{port}/ cannot be reached: ", failure.Message, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(string line) => CommandLine.RunAsync(line.Split(' '), _output, _errors);
}
