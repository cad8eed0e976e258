using System.Globalization;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.UsageBilling.Sync.Overview;

/// <summary>What would happen with a steady load, played minute by minute for a day. Pure.</summary>
/// <param name="ItemsPerMinute">How many items come in a minute, evenly spread over the organizations.</param>
/// <param name="Organizations">Of how many organizations.</param>
/// <param name="Limit">The limit of Stripe's account.</param>
/// <param name="Mode">How items go in the end.</param>
/// <param name="GroupSize">How many make a group ready in the end.</param>
/// <param name="QueueSize">How many wait in the end.</param>
/// <param name="LargestQueue">How many waited at the most.</param>
/// <param name="CallsPerDay">How many calls are made in a day.</param>
/// <param name="BudgetShare">How much of the limit that is, 0 to 1.</param>
/// <param name="DelaySeconds">How long an item waits in the end.</param>
/// <param name="Keeps">Whether the queue stays bounded: in the second half of the day it grows by no more than a minute's items, or what it swings by between the modes.</param>
/// <param name="Warnings">What would have to change.</param>
internal sealed record SyncForecast(
    long ItemsPerMinute, long Organizations, string Limit, SyncMode Mode, int GroupSize, long QueueSize, long LargestQueue, long CallsPerDay, double BudgetShare, long DelaySeconds, bool Keeps,
    IReadOnlyList<string> Warnings)
{
    private const int MinutesOfADay = 24 * 60;

    /// <summary>What an invoice costs a month however few items it has: a draft, lists of its lines, its status, and the finalisation.</summary>
    private const double CallsPerInvoice = 6;

    private const double MinutesOfAMonth = 30 * MinutesOfADay;

    public static SyncForecast From(long itemsPerMinute, long organizations, RateLimit limit, SyncOptions options)
    {
        var (mode, queued, atNoon, largest, calls, sentInAll) = (SyncMode.Realtime, 0d, 0d, 0d, 0d, 0d);
        var invoiceCalls = Math.Min(limit.PerMinute, organizations * CallsPerInvoice / MinutesOfAMonth);
        var budget = limit.PerMinute - invoiceCalls;
        for (var minute = 0; minute < MinutesOfADay; minute++)
        {
            queued += itemsPerMinute;
            largest = Math.Max(largest, queued);
            mode = SyncRules.Next(mode, (long)queued, options);
            var perCall = ItemsPerCall(mode, queued, organizations, options);
            var made = Math.Min(budget, queued / perCall);
            var sent = Math.Min(queued, made * perCall);
            (queued, calls, sentInAll) = (queued - sent, calls + made + invoiceCalls, sentInAll + sent);
            atNoon = minute == MinutesOfADay / 2 ? queued : atNoon;
        }

        var drain = sentInAll > 0 ? TimeSpan.FromMinutes(queued / (sentInAll / MinutesOfADay)) : TimeSpan.FromDays(1);
        var delay = mode == SyncMode.Realtime ? drain : drain + SyncRules.LongestWait;
        var keeps = queued <= atNoon + Math.Max(options.GroupAbove, itemsPerMinute);
        return new SyncForecast(
            itemsPerMinute, organizations, limit.ToString(), mode, SyncRules.GroupSize(mode, (long)queued, options), (long)queued, (long)largest, (long)Math.Ceiling(calls),
            Math.Round(calls / (limit.PerMinute * MinutesOfADay), 4), (long)Math.Ceiling(delay.TotalSeconds), keeps,
            [.. SyncWarnings.Of(drain, organizations, limit), .. keeps ? [] : new[] { Growth(queued, itemsPerMinute) }]);
    }

    private static string Growth(double queued, long itemsPerMinute) => string.Create(
        CultureInfo.InvariantCulture, $"Of {itemsPerMinute * MinutesOfADay} items a day {queued:F0} are not sent in that day: the queue grows. A higher limit, or fewer and larger items, would end that.");

    /// <summary>An organization has its share of the queue, and a call carries as much of that as an invoice holds; the average group is not smaller than a ready one as long as there are enough items.</summary>
    private static double ItemsPerCall(SyncMode mode, double queued, long organizations, SyncOptions options) =>
        mode == SyncMode.Realtime ? 1 : Math.Clamp(queued / organizations, 1, options.MaxLinesPerInvoice);
}
