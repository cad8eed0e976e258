using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using BillingFunctions.Simulators.Stripe;

namespace BillingFunctions.Benchmarks;

/// <summary>The app as its users run it: a process of its own, reached over HTTP, that can be killed and started again.</summary>
internal sealed partial class BillingApp : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _output = new();
    private Process _process = null!;

    private BillingApp(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    /// <summary>A client of the running process; a new one after each start.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Everything the process has written so far.</summary>
    public string Output => string.Join('\n', _output);

    public int ProcessId => _process.Id;

    /// <summary>Starts the app against a storage account and a simulator, with <paramref name="settings"/> as environment variables on top.</summary>
    public static async Task<BillingApp> StartAsync(string storage, StripeSimulator stripe, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage,
            ["Stripe__ApiKey"] = "sk_test_billing_functions",
            ["Stripe__ApiBase"] = stripe.BaseUrl,
            ["Stripe__RateLimit"] = "1000/1",
            ["Stripe__EndpointRateLimit"] = "1000/1",
            ["Amounts__BaseUrl"] = "http://127.0.0.1:9",
            ["Email__Smtp__Host"] = "127.0.0.1",
            ["Email__Smtp__Port"] = "9",
            ["Email__Smtp__UseTls"] = "false",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var app = new BillingApp(environment);
        await app.StartAsync();
        return app;
    }

    public async Task StartAsync()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "BillingFunctions.LocalHost.dll"), "--no-demo", "--port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, listening);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ = _process.WaitForExitAsync().ContinueWith(
            _ => listening.TrySetException(new InvalidOperationException($"The app ended at its start:\n{Output}")), TaskScheduler.Default);
        var address = await listening.Task.WaitAsync(StartTimeout);
        Http = new HttpClient { BaseAddress = address };
    }

    /// <summary>SIGKILL: no finally, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        Http.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Read(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (HealthUrl().Match(line) is { Success: true } match)
        {
            listening.TrySetResult(new Uri(match.Groups["url"].Value));
        }
    }

    [GeneratedRegex(@"HealthFunction: \[.*\] (?<url>http://[^/]+/)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HealthUrl();
}
