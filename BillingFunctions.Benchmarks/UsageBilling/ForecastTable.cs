using System.Globalization;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using BillingFunctions.UsageBilling.Sync.Overview;

namespace BillingFunctions.Benchmarks.UsageBilling;

/// <summary>Nothing is measured: what <c>GET /api/sync/forecast</c> says of loads and limits, as a table.</summary>
internal static class ForecastTable
{
    private const int MinutesOfADay = 24 * 60;

    private static readonly string[] Limits = ["95/60", "20/1", "80/1"];
    private static readonly long[] Organizations = [1_000, 30_000, 1_000_000];

    /// <summary>How often an organization has an item: daily, hourly, every minute.</summary>
    private static readonly long[] ItemsPerDay = [1, 24, MinutesOfADay];

    public static int Run()
    {
        Console.WriteLine("| Organizations | Items a day each | Items a minute | Limit | Mode | Calls a day | Of the limit | Items a call | Queue after a day | Delay | Keeps |\n|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var organizations in Organizations)
        {
            foreach (var perDay in ItemsPerDay)
            {
                foreach (var limit in Limits)
                {
                    WriteRow(organizations, perDay, limit);
                }
            }
        }

        return 0;
    }

    private static void WriteRow(long organizations, long perDay, string limit)
    {
        var perMinute = Math.Max(1, organizations * perDay / MinutesOfADay);
        var stripe = new StripeOptions { RateLimit = limit };
        var forecast = SyncForecast.From(new SyncLoad(
            perMinute, organizations, [StripeRateLimitHandler.AccountLimitOf(stripe), StripeRateLimitHandler.EndpointLimitOf(stripe, StripeClients.Invoices)], new SyncOptions()));
        var sent = (double)(perMinute * MinutesOfADay) - forecast.QueueSize;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {organizations:N0} | {perDay:N0} | {perMinute:N0} | {limit} | {forecast.Mode.ToString().ToLowerInvariant()} | {forecast.CallsPerDay:N0} | {forecast.BudgetShare:P1} | {sent / Math.Max(1, forecast.CallsPerDay):N1} | {forecast.QueueSize:N0} | {TimeSpan.FromSeconds(forecast.DelaySeconds):d\\.hh\\:mm\\:ss} | {(forecast.Keeps ? "yes" : "no")} |"));
    }
}
