using System.Diagnostics;
using System.Globalization;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Testing.Load;

/// <summary>Processes that share a limit and use as much of it as they can.</summary>
/// <param name="Used">When the permits of all processes were used, in UTC ticks and in order.</param>
/// <param name="Limit">The limit that they shared.</param>
internal sealed record LimiterLoad(IReadOnlyList<long> Used, RateLimit Limit)
{
    private const string Program = "BillingFunctions.Benchmarks";

    /// <param name="storage">The account that they share.</param>
    /// <param name="limit">The limit that they share.</param>
    /// <param name="processes">How many processes there are.</param>
    /// <param name="workers">How many workers they have together, spread evenly; at least one a process.</param>
    /// <param name="seconds">How long they work.</param>
    public static async Task<LimiterLoad> RunAsync(string storage, RateLimit limit, int processes, int workers, int seconds)
    {
        var output = await Task.WhenAll(Enumerable.Range(0, processes).Select(number =>
            OutputAsync([Programs.PathOf(Program), "limiter-worker", storage, limit.ToString(), $"{(workers + number) / processes}", $"{seconds}"])));
        var used = output.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => long.Parse(line, CultureInfo.InvariantCulture));
        return new LimiterLoad([.. used.Order()], limit);
    }

    /// <summary>The share of the limit that was used between the first and the last permit.</summary>
    public double Use => (Used.Count - 1) / (TimeSpan.FromTicks(Used[^1] - Used[0]) / Limit.Window * Limit.Permits);

    /// <summary>The most permits that any window of the limit's length saw.</summary>
    public int MostInAnyWindow()
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < Used.Count; last++)
        {
            while (Used[last] - Used[first] >= Limit.Window.Ticks)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    private static async Task<string> OutputAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"A worker ended with {process.ExitCode}.");
    }
}
