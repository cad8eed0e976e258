using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Logging.Abstractions;

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
        await tables.CreateTableIfNotExistsAsync(RateLimitStore.Table);
        var time = TimeProvider.System;
        var leases = new PermitLeases(new RateLimitStore(tables, "benchmark"), limit, limit, time);
        var limiter = new StripeRateLimiter(leases, time, NullLogger<StripeRateLimiter>.Instance);
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
        await Task.WhenAll(Enumerable.Range(0, int.Parse(workers, CultureInfo.InvariantCulture)).Select(_ => WorkAsync(limiter, time, end)));
        return 0;
    }

    private static async Task WorkAsync(StripeRateLimiter limiter, TimeProvider time, DateTimeOffset end)
    {
        while (time.GetUtcNow() < end)
        {
            await limiter.WaitAsync("customers", StripeLane.Export, TimeSpan.FromMinutes(1), CancellationToken.None);
            Console.WriteLine(time.GetUtcNow().UtcTicks);
        }
    }
}
