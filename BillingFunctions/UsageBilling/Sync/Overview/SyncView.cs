using System.Globalization;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.UsageBilling.Sync.Overview;

/// <summary>The sync at this moment.</summary>
/// <param name="Mode">Whether items go one by one or in groups.</param>
/// <param name="ConfiguredMode">What <c>Sync__Mode</c> says.</param>
/// <param name="QueueSize">How many items, closes and customers are on their way to Stripe.</param>
/// <param name="Organizations">Of how many organizations.</param>
/// <param name="GroupSize">How many items make a group ready; 1 in real time.</param>
/// <param name="Budget">What is left of Stripe's limit.</param>
/// <param name="OldestAgeSeconds">How long the oldest has waited; null when the queue is empty.</param>
/// <param name="DrainForecastSeconds">How long it takes until the queue is empty, at the rate of the limit.</param>
/// <param name="DiscardedCount">How many are in the failed jobs; 1,000 for that many and more.</param>
/// <param name="PausedUntil">Until when nothing is sent because Stripe refuses the key; null when it does not.</param>
/// <param name="PauseReason">Which key, and what Stripe said.</param>
/// <param name="Warnings">What an operator should do something about.</param>
public sealed record SyncView(
    SyncMode Mode, SyncSchedule ConfiguredMode, long QueueSize, long Organizations, int GroupSize, BudgetView Budget, long? OldestAgeSeconds, long DrainForecastSeconds, int DiscardedCount,
    DateTimeOffset? PausedUntil, string? PauseReason, IReadOnlyList<string> Warnings)
{
    internal static SyncView From(SyncState state, RateLimitUse use, int discarded, SyncOptions options, DateTimeOffset now)
    {
        var paused = state.PausedUntil > now ? state.PausedUntil : null;
        return new SyncView(
            state.Mode, options.Schedule, state.Queued, state.Organizations, SyncRules.GroupSize(state.Mode, state.Queued, options), BudgetView.From(use),
            state.Oldest is { } oldest ? (long)(now - oldest).TotalSeconds : null, (long)Math.Ceiling(state.DrainForecast.TotalSeconds), discarded,
            paused, paused is null ? null : state.PauseReason, [.. WarningsOf(state, use, paused)]);
    }

    private static IEnumerable<string> WarningsOf(SyncState state, RateLimitUse use, DateTimeOffset? paused)
    {
        if (paused is not null)
        {
            yield return $"Nothing is sent until {paused:yyyy-MM-dd'T'HH:mm:ss'Z'}: Stripe refuses the key. Set one that may write customers, invoices and credit notes.";
        }

        foreach (var warning in SyncWarnings.Of(state.DrainForecast, state.Organizations, use.Limit))
        {
            yield return warning;
        }
    }
}

/// <summary>What is left of the limit of Stripe's account.</summary>
/// <param name="Limit">The limit of the account, <c>calls/seconds</c>, as it is slowed down just now.</param>
/// <param name="Left">How many calls the window that ends now has room for.</param>
/// <param name="Used">How many were made in it, by lane.</param>
public sealed record BudgetView(string Limit, int Left, IReadOnlyDictionary<string, int> Used)
{
    internal static BudgetView From(RateLimitUse use) => new(
        use.Limit.ToString(), use.Left, Enum.GetValues<StripeLane>().ToDictionary(NameOf, lane => use.ByLane.GetValueOrDefault((byte)lane)));

    private static string NameOf(StripeLane lane) => lane switch
    {
        StripeLane.Interactive => "interactive",
        StripeLane.ItemSync => "item_sync",
        StripeLane.Export => "export",
        StripeLane.CustomerSync => "customer_sync",
        _ => ((int)lane).ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>When the limit is too small for what is to be sent.</summary>
internal static class SyncWarnings
{
    /// <summary>How many organizations a daily call can serve: with more, an organization's turn comes less than once a month.</summary>
    private const int OrganizationsPerDailyCall = 30;

    private static readonly TimeSpan LongestDrain = TimeSpan.FromHours(24);

    public static IEnumerable<string> Of(TimeSpan drain, long organizations, RateLimit limit)
    {
        if (drain > LongestDrain)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"It takes {drain.TotalHours:F1} hours until all that is queued is at Stripe. Ask Stripe for a higher limit, or send fewer and larger items.");
        }

        if (organizations > OrganizationsPerDailyCall * limit.PerMinute * 60 * 24)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{organizations} organizations share {limit.PerMinute * 60 * 24:F0} calls a day: with more than {OrganizationsPerDailyCall} for each daily call, one's turn comes less than once a month.");
        }
    }
}
