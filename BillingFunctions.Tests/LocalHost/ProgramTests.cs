using System.Net;
using System.Net.Sockets;
using BillingFunctions.LocalHost;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.LocalHost;

/// <summary>The start and the end of the program, seen from outside.</summary>
public sealed class ProgramTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Nothing is left to be started.</summary>
    private Dictionary<string, string> Configured => new()
    {
        ["AzureWebJobsStorage"] = azurite.NewAccount(),
        ["Email__Smtp__Host"] = "mail.invalid",
        ["Stripe__ApiKey"] = "sk_test_configured",
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_Signalled_ServesUntilThenAndExitsWithZero(string signal)
    {
        await using var app = SampleProcess.Start(_folder.Path, Configured, "--port", "0");
        using var client = new HttpClient();

        var hello = await app.WaitForAsync("Hello: [GET] ");
        Assert.Equal("hello", await client.GetStringAsync(hello, TestContext.Current.CancellationToken));
        await app.SignalAsync(signal);

        Assert.Equal(0, await app.ExitCodeAsync());
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task Run_PortIsTaken_SaysSoInALine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var app = SampleProcess.Start(_folder.Path, Configured, "--port", $"{port}");

        await AssertRefusedAsync(app, $"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Run_StorageOutOfReach_SaysSoInALine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var settings = Configured;
        settings["AzureWebJobsStorage"] = $"AccountName=a;AccountKey=bm9uZQ==;BlobEndpoint=http://127.0.0.1:{port}/a;"
            + $"QueueEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a";

        await using var app = SampleProcess.Start(_folder.Path, settings, "--port", "0");

        await AssertRefusedAsync(app, $"Storage at 127.0.0.1:{port} cannot be reached (AzureWebJobsStorage)");
    }

    [Fact]
    public async Task Run_NodeIsMissing_SaysSoInALine()
    {
        var settings = Configured;
        settings.Remove("Email__Smtp__Host");
        settings["PATH"] = _folder.Path;

        await using var app = SampleProcess.Start(_folder.Path, settings, "--port", "0");

        await AssertRefusedAsync(app, "Node.js 20 or newer is needed");
    }

    [Fact]
    public async Task Run_OptionsAreWrong_SaysEachInALine()
    {
        var settings = Configured;
        settings["Limits__Low"] = "0";
        settings["Limits__High"] = "11";

        await using var app = SampleProcess.Start(_folder.Path, settings, "--port", "0");

        await AssertRefusedAsync(app, "Low must be between 1 and 10", "High must be between 1 and 10");
    }

    [Fact]
    public async Task Run_BrokenLocalSettings_SaysSoInALine()
    {
        _folder.Write(LocalSettings.FileName, "{");

        await using var app = SampleProcess.Start(_folder.Path, Configured, "--port", "0");

        await AssertRefusedAsync(app, "local.settings.json is not valid");
    }

    [Fact]
    public async Task Run_NoStripeKey_PlaysTheExportAndGoesOnServing()
    {
        var settings = Configured;
        settings.Remove("Stripe__ApiKey");
        await using var app = SampleProcess.Start(_folder.Path, settings, "--port", "0");
        using var client = new HttpClient();

        var hello = await app.WaitForAsync("Hello: [GET] ");
        Assert.StartsWith("simulator at http://127.0.0.1:", (await app.WaitForAsync("Stripe ")).Trim());
        Assert.Equal(": 40%, 400 rows, 123 rows/s", await app.WaitForAsync("Customer export: 40%").ContinueWith(rest => ": 40%" + rest.Result));
        var csv = (await app.WaitForAsync("CSV ")).Trim();
        Assert.Equal(SampleApp.Export.Hash, (await app.WaitForAsync("sha256 ")).Trim());

        Assert.Equal(Path.Combine(_folder.Path, ".local", "exports", "customers.csv"), csv);
        Assert.Equal(SampleApp.Export.Content, await File.ReadAllBytesAsync(csv, TestContext.Current.CancellationToken));
        var key = await client.GetStringAsync(hello.Replace("hello", "settings/Stripe:ApiKey"), TestContext.Current.CancellationToken);
        Assert.Equal("sk_test_simulator", key);
    }

    [Fact]
    public async Task Run_Killed_LeavesNoMailCatcherBehind()
    {
        var settings = Configured;
        settings.Remove("Email__Smtp__Host");
        await using var app = SampleProcess.Start(_folder.Path, settings, "--port", "0");
        using var client = new HttpClient();

        var page = new Uri((await app.WaitForAsync("Mail ")).Trim());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(page, TestContext.Current.CancellationToken)).StatusCode);
        await app.SignalAsync("KILL");

        await SampleProcess.UntilAsync(() => !LocalPorts.IsTaken(page.Port));
    }

    private static async Task AssertRefusedAsync(SampleProcess app, params string[] lines)
    {
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.Equal(lines.Length, app.Errors.Count);
        Assert.DoesNotContain(app.Output, line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(app.Errors, error => error.Contains(line, StringComparison.Ordinal)));
    }
}
