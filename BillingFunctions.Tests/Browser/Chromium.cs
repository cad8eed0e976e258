using System.Diagnostics;
using Microsoft.Playwright;

namespace BillingFunctions.Tests.Browser;

/// <summary>Debian's Chromium, driven by Playwright. It is installed when it is missing, which takes root.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Executable = "/usr/bin/chromium";

    /// <summary>Without a sandbox, which root cannot have, and without calls home.</summary>
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public static async Task<Chromium> LaunchAsync()
    {
        if (!File.Exists(Executable))
        {
            await RunAsync("apt-get", "update", "-q");
            await RunAsync("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium");
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = Arguments });
        return new Chromium { _playwright = playwright, _browser = browser };
    }

    /// <summary>A tab of its own, with nothing kept from others.</summary>
    public Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options) => _browser.NewContextAsync(options);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" }, RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Chromium is not at {Executable}, and '{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}. Install it, or run the tests as root.");
        }
    }
}
