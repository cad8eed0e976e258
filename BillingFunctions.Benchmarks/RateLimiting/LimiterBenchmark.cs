using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.RateLimiting;

/// <summary>How much of a shared limit two processes use, and whether any window of one second ever sees more.</summary>
internal static class LimiterBenchmark
{
    private const int Processes = 2;
    private const int WorkersEach = 8;
    private const int Seconds = 15;

    public static async Task<int> RunAsync()
    {
        await using var storage = await StorageEmulator.StartAsync(inMemory: false);
        var limit = new RateLimit(25, TimeSpan.FromSeconds(1));
        var load = await LimiterLoad.RunAsync(storage.NewAccount(), limit, Processes, WorkersEach, Seconds);
        Console.WriteLine($"limiter: {load.Used.Count} permits, {load.Use:P1} of the limit, at most {load.MostInAnyWindow()} in any second (limit {limit.Permits})");
        return 0;
    }
}
