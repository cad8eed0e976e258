using System.Globalization;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.LocalHost.Commands;

/// <summary>An app that wants a key, with 300 customers at Stripe of which it may fetch 100 a second.</summary>
public sealed class KeyedApp(AzuriteFixture azurite) : IAsyncLifetime
{
    public const string Key = "the key";

    private readonly SmtpFake _smtp = new();
    private StripeSimulator _stripe = null!;
    private AmountSimulator _amounts = null!;
    private BillingApp _app = null!;

    public string Url => _app.Http.BaseAddress!.ToString();

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { Customers = new CustomerSeedOptions { Count = 300 } }, CancellationToken.None);
        _amounts = await AmountSimulator.StartAsync(new AmountSimulatorOptions(), CancellationToken.None);
        _app = await BillingApp.StartAsync(
            azurite.NewAccount(),
            _stripe,
            ("Keys__Default", Key),
            ("Stripe__EndpointRateLimit", "1/1"),
            ("Amounts__BaseUrl", _amounts.BaseUrl),
            ("Email__Smtp__Port", $"{_smtp.Port}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _amounts.DisposeAsync();
        await _stripe.DisposeAsync();
        _smtp.Dispose();
    }
}

/// <summary>The commands as processes, as clients of an app that runs already.</summary>
public sealed class CommandsTests(KeyedApp app) : IClassFixture<KeyedApp>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_Interrupted_GoesOnAndIsResumed()
    {
        var csv = Path.Combine(_folder.Path, "a.csv");
        await using var first = Start(["export", "exports/cli", "--fields", "id,email", "--file-name", "a.csv"]);
        await Poll.UntilAsync(() => Task.FromResult(first.Lines), lines => lines.Contains("Customer export …"));
        await first.SignalAsync("INT");
        Assert.Equal(130, await first.ExitCodeAsync());
        var word = first.Lines[^1].Split("; watch it with: ");
        Assert.Equal("Interrupted. What was begun goes on in the app", word[0]);

        var second = await RunAsync([.. word[1].Split(' '), "--output", csv]);

        Assert.Equal((0, ""), (second.Code, second.Errors));
        Assert.Contains("Customer export completed: 300 rows, ", second.Output, StringComparison.Ordinal);
        Assert.Contains("    File       exports/cli/a.csv\n", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', second.Output);
        Assert.Equal(("id,email", 301), (File.ReadLines(csv).First(), File.ReadLines(csv).Count()));
    }

    [Fact]
    public async Task Export_Refused_SaysWhyAndExitsWithOne()
    {
        var run = await RunAsync("export", "nowhere/2026", "--fields", "id,emial");

        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.StartsWith("The request is not valid (400). ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("\n    fields: Stripe's customer has no field 'emial'.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WrongKey_SaysSoAndExitsWithOne()
    {
        await using var process = LocalHostProcess.Start(_folder.Path, [], "report", "2026-01", "--url", app.Url, "--key", "another");

        Assert.Equal(1, await process.ExitCodeAsync());
        Assert.Contains(" does not take the key (401). ", Assert.Single(process.Errors), StringComparison.Ordinal);
    }

    /// <summary>From a file of customers to the month's report, in which one of them needs a person: the amount API bills in another currency.</summary>
    [Fact]
    public async Task IngestInvoiceReport_AMonth_TellScriptsWhatNeedsAPerson()
    {
        var month = TimeProvider.System.GetUtcNow().AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var bad = _folder.Write("bad.csv", "id,email,currency\nada,ada@example.com,usd\nbob,,usd\n");
        var good = _folder.Write("good.csv", "id,email,currency\nada,ada@example.com,usd\ncy,cy@example.com,jpy\n");
        var errors = Path.Combine(_folder.Path, "errors.csv");

        var rejected = await RunAsync("ingest", bad, "--dry-run", "--errors", errors);
        var accepted = await RunAsync("ingest", good);
        var before = await RunAsync("report", month);
        var invoiced = await RunAsync("invoice", month);
        var report = await RunAsync("report", month, "--output", "-");

        Assert.Equal((2, 0, 0, 2, 2), (rejected.Code, accepted.Code, before.Code, invoiced.Code, report.Code));
        Assert.Contains("Customer upload completed: 1 customers would be accepted, 1 rows rejected.\n", rejected.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n    3 +email +It is required\. *\n", rejected.Output);
        Assert.Equal("bob,,usd,3,email: It is required.", File.ReadLines(errors).ElementAt(1));
        Assert.Contains("Customer upload completed: 2 customers, 0 rows rejected.\n", accepted.Output, StringComparison.Ordinal);
        Assert.Equal($"Monthly invoicing of {month} is not_started: no invoices.", before.Output.Trim());
        Assert.Contains($"Monthly invoicing of {month} is completed_with_failures: 1 sent, 1 lookup_failed.\n", invoiced.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n    all +2 +[\d,]+\.\d\d USD *$", invoiced.Output);
        Assert.Equal((true, 3), (report.Output.StartsWith("month,customer_id,", StringComparison.Ordinal), report.Output.Split('\n').Length));
        Assert.Matches(@"\n[^\n]*,ada,[^\n]*,sent,", report.Output);
        Assert.Matches(@"\n[^\n]*,cy,[^\n]*,lookup_failed,", report.Output);
        Assert.Contains("1 lookup_failed", report.Errors, StringComparison.Ordinal);
    }

    private LocalHostProcess Start(string[] args) =>
        LocalHostProcess.Start(_folder.Path, [KeyValuePair.Create("BILLING_FUNCTION_KEY", KeyedApp.Key)], args.Contains("--url") ? args : [.. args, "--url", app.Url]);

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        await using var process = Start(args);
        var code = await process.ExitCodeAsync();
        return (code, string.Join('\n', process.Lines), string.Join('\n', process.Errors));
    }
}
