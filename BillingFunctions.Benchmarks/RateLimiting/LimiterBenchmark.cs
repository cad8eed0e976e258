using System.Globalization;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.RateLimiting;

/// <summary>How much of a shared limit one process and several use, and whether any window of one second ever sees more.</summary>
internal static class LimiterBenchmark
{
    private static readonly RateLimit Limit = new(25, TimeSpan.FromSeconds(1));

    /// <summary>Processes, and their workers together. A process has at least one.</summary>
    private static readonly (int Processes, int Workers)[] Cases = [(1, 1), (1, 4), (1, 16), (3, 3), (3, 4), (3, 16)];

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">How many seconds each case lasts.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var seconds = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 15;
        figures.Note("limit", $"{Limit}");
        figures.Note("seconds", seconds);
        await using var storage = await StorageEmulator.StartAsync(inMemory: false);
        foreach (var (processes, workers) in Cases)
        {
            var load = await LimiterLoad.RunAsync(storage.NewAccount(), Limit, processes, workers, seconds);
            var name = $"{workers} {(workers == 1 ? "worker" : "workers")} in {processes} {(processes == 1 ? "process" : "processes")}";
            figures.Add($"{name}, permits", load.Used.Count, "permits");
            figures.Add($"{name}, share of the limit", load.Use, "", (processes, workers) == (3, 16) ? Bound.AtLeast(0.95) : null);
            figures.Add($"{name}, most in any second", load.MostInAnyWindow(), "permits", Bound.AtMost(Limit.Permits));
        }

        return 0;
    }
}
