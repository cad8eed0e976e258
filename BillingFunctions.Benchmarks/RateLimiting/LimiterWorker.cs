using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Benchmarks.RateLimiting;

/// <summary>One process of several that share a limit: prints the moment, in UTC ticks, at which each of its permits was used.</summary>
internal static class LimiterWorker
{
    public static async Task<int> RunAsync(string storage, string limitText, string workers, string seconds)
    {
        if (!RateLimit.TryParse(limitText, out var limit))
        {
            Console.Error.WriteLine($"The limit must be {RateLimit.Allowed}.");
            return 1;
        }

        var tables = new TableServiceClient(storage);
        await tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table);
        var time = TimeProvider.System;
        using var limits = new SharedRateLimits(tables, "benchmark", time);
        using var limiter = limits.For([new SharedLimit("account", limit, Pace: 0.5), new SharedLimit("endpoint", limit)], RateLimitLane.Only, TimeSpan.FromMinutes(1));
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
        await Task.WhenAll(Enumerable.Range(0, int.Parse(workers, CultureInfo.InvariantCulture)).Select(_ => WorkAsync(limiter, time, end)));
        return 0;
    }

    private static async Task WorkAsync(SharedRateLimiter limiter, TimeProvider time, DateTimeOffset end)
    {
        while (time.GetUtcNow() < end)
        {
            using var permit = await limiter.AcquireAsync();
            Console.WriteLine(time.GetUtcNow().UtcTicks);
        }
    }
}
