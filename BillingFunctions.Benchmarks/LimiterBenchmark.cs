using System.Diagnostics;
using System.Globalization;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Benchmarks;

/// <summary>How much of a shared limit two processes use, and whether any window of one second ever sees more.</summary>
internal static class LimiterBenchmark
{
    private const int Processes = 2;
    private const int WorkersEach = 8;
    private const int Seconds = 15;

    public static async Task<int> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("billing-benchmark-").FullName;
        await using (var azurite = await Azurite.StartAsync(new AzuriteOptions(directory), CancellationToken.None))
        {
            var limit = new RateLimit(25, TimeSpan.FromSeconds(1));
            var used = await RunWorkersAsync(azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key), limit, Processes, WorkersEach, Seconds);
            Console.WriteLine($"limiter: {used.Count} permits, {Use(used, limit):P1} of the limit, at most {MostInAnyWindow(used, limit.Window)} in any second (limit {limit.Permits})");
        }

        Directory.Delete(directory, recursive: true);
        return 0;
    }

    /// <summary>When the permits of all processes were used, in order.</summary>
    public static async Task<IReadOnlyList<long>> RunWorkersAsync(string storage, RateLimit limit, int processes, int workersEach, int seconds)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "BillingFunctions.Benchmarks.dll");
        string[] arguments = [program, "limiter-worker", storage, limit.ToString(), $"{workersEach}", $"{seconds}"];
        var output = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => OutputAsync(arguments)));
        return [.. output.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>The share of the limit that was used between the first and the last permit.</summary>
    public static double Use(IReadOnlyList<long> used, RateLimit limit) =>
        (used.Count - 1) / (TimeSpan.FromTicks(used[^1] - used[0]) / limit.Window * limit.Permits);

    /// <summary>The most permits that any window of this length saw.</summary>
    public static int MostInAnyWindow(IReadOnlyList<long> used, TimeSpan window)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < used.Count; last++)
        {
            while (used[last] - used[first] >= window.Ticks)
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
