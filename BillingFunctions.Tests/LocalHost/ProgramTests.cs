using System.Net;
using System.Net.Sockets;
using BillingFunctions.LocalHost;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
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
        ["Amounts__BaseUrl"] = "http://amounts.invalid",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_Signalled_EndsWhatRunsAndExitsWithZero(string signal)
    {
        await using var app = SampleApp.Start(_folder, Configured);
        using var client = new HttpClient { BaseAddress = await app.ListeningAsync() };
        await client.GetAsync("api/hello", Token);
        var descendants = app.Descendants;

        var slow = client.GetStringAsync("api/slow/2000", Token);
        await Poll.UntilAsync(() => client.GetStringAsync("api/process", Token), _ => true);
        await app.SignalAsync(signal);

        Assert.Equal("done", await slow);
        Assert.Equal(0, await app.ExitCodeAsync());
        Assert.Empty(app.Errors);
        await AssertGoneAsync(descendants);
    }

    [Fact]
    public async Task Run_Killed_LeavesNothingBehind()
    {
        var settings = Configured;
        settings.Remove("Email__Smtp__Host");
        await using var app = SampleApp.Start(_folder, settings);
        await app.ListeningAsync();
        var descendants = app.Descendants;
        Assert.True(descendants.Count >= 2, "There should be a worker and a mail catcher.");

        await app.KillAsync();

        await AssertGoneAsync(descendants);
    }

    [Fact]
    public async Task Run_PortIsTaken_SaysSoInALine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var app = SampleApp.Start(_folder, Configured, "--port", $"{port}");

        await AssertRefusedAsync(app, $"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Run_StorageOutOfReach_SaysSoInALine()
    {
        var port = FreePort.Find();
        var settings = Configured;
        settings["AzureWebJobsStorage"] = $"AccountName=a;AccountKey=bm9uZQ==;BlobEndpoint=http://127.0.0.1:{port}/a;"
            + $"QueueEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a";

        await using var app = SampleApp.Start(_folder, settings);

        await AssertRefusedAsync(app, $"Storage at 127.0.0.1:{port} cannot be reached (AzureWebJobsStorage)");
    }

    [Fact]
    public async Task Run_NodeIsMissing_SaysSoInALine()
    {
        var settings = Configured;
        settings.Remove("Email__Smtp__Host");
        settings["PATH"] = _folder.Path;

        await using var app = SampleApp.Start(_folder, settings);

        await AssertRefusedAsync(app, "Node.js 20 or newer is needed");
    }

    [Fact]
    public async Task Run_BrokenLocalSettings_SaysSoInALine()
    {
        _folder.Write(LocalSettings.FileName, "{");

        await using var app = SampleApp.Start(_folder, Configured);

        await AssertRefusedAsync(app, "local.settings.json is not valid");
    }

    [Fact]
    public async Task Run_AppIsMissing_SaysSoInALine()
    {
        await using var app = LocalHostProcess.Start(_folder.Path, Configured, "--app", Path.Combine(_folder.Path, "Missing.dll"), "--port", "0");

        await AssertRefusedAsync(app, "Missing.dll");
    }

    [Fact]
    public async Task Run_NoStripeKey_PlaysTheJobsAndGoesOnServing()
    {
        var settings = Configured;
        foreach (var name in new[] { "Stripe__ApiKey", "Email__Smtp__Host", "Amounts__BaseUrl" })
        {
            settings.Remove(name);
        }

        await using var app = LocalHostProcess.Start(_folder.Path, settings, "--port", "0");
        using var client = new HttpClient { BaseAddress = await app.ListeningAsync() };

        var report = await LineAsync(app, "Monthly invoicing of ");

        Assert.Contains(" is completed: ", report);
        Assert.Contains(app.Lines, line => line == "Customer upload completed: 60 customers, 1 rows rejected.");
        Assert.Contains(app.Lines, line => line.StartsWith("Customer export completed: 1,000 rows, ", StringComparison.Ordinal));
        var csv = (await LineAsync(app, "    CSV       ")).Trim()["CSV ".Length..].Trim();
        Assert.StartsWith("id,", File.ReadLines(csv).First());

        // At its end all of the app that was shown can be opened. Storage may be slow to answer for a moment.
        await LineAsync(app, "    Dashboard ");
        var shown = app.Lines.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Split("  ")[^1].Trim()).Where(text => text.StartsWith($"{client.BaseAddress}", StringComparison.Ordinal)).ToList();
        Assert.InRange(shown.Count, 10, 30);
        foreach (var address in shown.Append("api/health"))
        {
            await Poll.UntilAsync(() => client.GetAsync(address, Token), answer => answer.StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        }

        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task Command_NoUrl_StartsAnAppAndStopsItAtTheEnd()
    {
        var csv = Path.Combine(_folder.Path, "customers.csv");
        var settings = Configured;
        settings.Remove("Stripe__ApiKey");

        await using var app = LocalHostProcess.Start(_folder.Path, settings, "export", "exports", "--output", csv);
        await LineAsync(app, "Customer export …");
        var descendants = app.Descendants;

        Assert.NotEmpty(descendants);
        Assert.Equal(0, await app.ExitCodeAsync());
        Assert.Equal("Starting the app …", app.Lines[0]);
        Assert.Contains(app.Lines, line => line.StartsWith("    Stripe     simulator at ", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.StartsWith("    Salesforce simulator at ", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.StartsWith("Customer export completed: 1,000 rows, ", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Lines, line => line.Contains("info: ", StringComparison.Ordinal) || line.Contains("Functions:", StringComparison.Ordinal));
        Assert.StartsWith("id,", File.ReadLines(csv).First());
        Assert.Empty(app.Errors);
        await AssertGoneAsync(descendants);
    }

    private static Task<string> LineAsync(LocalHostProcess app, string start) => Poll.UntilAsync(
        () => Task.FromResult(app.Lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? ""), line => line.Length > 0, TimeSpan.FromMinutes(2));

    private static Task<string> AssertGoneAsync(IReadOnlyList<int> processes) => Poll.UntilAsync(
        () => Task.FromResult(string.Join(", ", processes.Where(id => Directory.Exists($"/proc/{id}")))), left => left.Length == 0, TimeSpan.FromSeconds(20));

    private static async Task AssertRefusedAsync(LocalHostProcess app, string text)
    {
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.DoesNotContain(app.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Contains(text, Assert.Single(app.Errors));
    }
}
