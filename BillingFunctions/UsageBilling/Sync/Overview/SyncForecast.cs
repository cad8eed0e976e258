using System.Globalization;
using BillingFunctions.UsageBilling.Sync.Forecasts;

namespace BillingFunctions.UsageBilling.Sync.Overview;

/// <summary>What would happen with a steady load, played for a day.</summary>
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
    public static SyncForecast From(SyncLoad load)
    {
        var course = SyncModel.Play(load);
        return new SyncForecast(
            (long)load.ItemsPerMinute, load.Organizations, load.Account.Limit.ToString(), course.State.Mode, SyncRules.GroupSize(course.State.Mode, course.State.Queued, load.Options),
            course.State.Queued, (long)Math.Round(course.LargestQueue), course.CallsPerDay(load), course.BudgetShare(load), (long)Math.Ceiling(course.Wait.TotalSeconds), course.Keeps(load),
            [.. WarningsOf(course, load)]);
    }

    /// <summary>What an operator would have to do something about.</summary>
    internal static IEnumerable<string> WarningsOf(SyncCourse course, SyncLoad load)
    {
        foreach (var warning in SyncWarnings.Of(course.Drain, load.Organizations, load.Account.Limit))
        {
            yield return warning;
        }

        if (!course.Keeps(load))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Of {load.ItemsPerMinute * load.Duration.TotalMinutes:F0} items in {load.Duration.TotalHours:F0} hours {course.State.Queued} are not sent in that time: the queue grows. A higher limit, or fewer and larger items, would end that.");
        }
    }
}
