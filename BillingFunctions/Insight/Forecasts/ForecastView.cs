using System.Globalization;
using BillingFunctions.Invoicing.Forecasts;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using BillingFunctions.UsageBilling.Sync.Overview;

namespace BillingFunctions.Insight.Forecasts;

/// <summary>What a load would lead to.</summary>
/// <param name="Sync">The sync of usage to Stripe; null when no items were asked about.</param>
/// <param name="Invoicing">The month's run; null when no customers were asked about.</param>
/// <param name="Storage">What it costs in operations of the storage account.</param>
/// <param name="Chart">How the sync goes on; null when no items were asked about.</param>
public sealed record ForecastView(UsageForecast? Sync, InvoicingForecast? Invoicing, StorageForecast Storage, ForecastChart? Chart)
{
    internal static ForecastView From(ForecastPlan plan)
    {
        var usage = plan.Usage is { } load ? SyncModel.Play(load) : null;
        var run = plan.Run is { } planned ? RunModel.Play(planned.Load) : null;
        return new ForecastView(
            usage is null ? null : UsageForecast.From(usage, plan.Usage!),
            run is null ? null : InvoicingForecast.From(run, plan.Run!),
            StorageForecast.From(usage, plan.Usage, run, plan.Run),
            usage is null ? null : ForecastChart.From(usage));
    }
}

/// <summary>How the sync of usage to Stripe does.</summary>
/// <param name="CallsPerDay">How many calls are made in a day.</param>
/// <param name="BudgetShare">How much of the account's limit that is, 0 to 1.</param>
/// <param name="Mode">How items go in the end.</param>
/// <param name="GroupedFrom">After how many seconds items go in groups for the first time; null when they never do.</param>
/// <param name="GroupSize">How many items make a group ready in the end; 1 in real time.</param>
/// <param name="QueueSize">How many items wait in the end.</param>
/// <param name="LargestQueue">How many items wait at the most.</param>
/// <param name="OldestAgeSeconds">How long the oldest item waits, on average over the second half of the time.</param>
/// <param name="DrainSeconds">How long it takes until all is at Stripe, once no more items come.</param>
/// <param name="Keeps">Whether the queue stays bounded.</param>
/// <param name="Warnings">What would have to change.</param>
public sealed record UsageForecast(
    long CallsPerDay, double BudgetShare, SyncMode Mode, long? GroupedFrom, int GroupSize, long QueueSize, long LargestQueue, long OldestAgeSeconds, long DrainSeconds, bool Keeps,
    IReadOnlyList<string> Warnings)
{
    internal static UsageForecast From(SyncCourse course, SyncLoad load) => new(
        course.CallsPerDay(load), course.BudgetShare(load), course.State.Mode, course.GroupedFrom is { } from ? (long)from.TotalSeconds : null,
        SyncRules.GroupSize(course.State.Mode, course.State.Queued, load.Options), course.State.Queued, (long)Math.Round(course.LargestQueue), (long)course.OldestAge.TotalSeconds,
        (long)course.Drain.TotalSeconds, course.Keeps(load), [.. SyncForecast.WarningsOf(course, load), .. WarningsOf(load)]);

    private static IEnumerable<string> WarningsOf(SyncLoad load)
    {
        if (load.Limits.MinBy(limit => limit.Limit.PerMinute) is { } narrowest && narrowest.Limit.PerMinute < load.Account.Limit.PerMinute)
        {
            yield return $"The limit of Stripe's endpoint for invoices, {narrowest.Limit}, is below that of the account, {load.Account.Limit}, and is what counts. It is set by Stripe__EndpointRateLimit.";
        }
    }
}

/// <summary>How a month's run does.</summary>
/// <param name="Customers">How many customers it bills.</param>
/// <param name="StartsAt">When it starts.</param>
/// <param name="EndsAt">When the amounts of all are looked up, or given up.</param>
/// <param name="EndsBy">When it is to have ended.</param>
/// <param name="DurationSeconds">How long it takes.</param>
/// <param name="InTime">Whether it ends in time.</param>
/// <param name="LookupsPerSecond">How many lookups are made a second, on average over its time.</param>
/// <param name="GivenUp">How many customers' lookups fail the last time too.</param>
/// <param name="Warnings">What would have to change.</param>
public sealed record InvoicingForecast(
    long Customers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset EndsBy, long DurationSeconds, bool InTime, double LookupsPerSecond, long GivenUp, IReadOnlyList<string> Warnings)
{
    internal static InvoicingForecast From(RunCourse course, PlannedRun run)
    {
        var endsAt = run.StartsAt + course.Duration;
        return new InvoicingForecast(
            run.Load.Customers, run.StartsAt, endsAt, run.EndsBy, (long)course.Duration.TotalSeconds, endsAt <= run.EndsBy, Math.Round(course.Lookups / Math.Max(1, course.Duration.TotalSeconds), 1),
            (long)Math.Round(course.GivenUp), [.. WarningsOf(course, run, endsAt)]);
    }

    private static IEnumerable<string> WarningsOf(RunCourse course, PlannedRun run, DateTimeOffset endsAt)
    {
        if (endsAt > run.EndsBy)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The run ends {(endsAt - run.EndsBy).TotalHours:F1} hours too late. An earlier Invoicing__Schedule or a higher limit of the amount API would help.");
        }

        if (Math.Round(course.GivenUp) is >= 1 and var lost)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The amounts of {lost:F0} customers are not found out in {run.Load.Policy.RetryDelays.Count + 1} attempts. They end in the failed jobs.");
        }
    }
}

/// <summary>How the sync goes on, in lists of equal length.</summary>
/// <param name="Seconds">The moments, in seconds after the beginning.</param>
/// <param name="Queue">How many items wait then.</param>
/// <param name="OldestAgeSeconds">How long the oldest has waited then.</param>
/// <param name="CallsPerMinute">How many calls were made a minute since the moment before.</param>
public sealed record ForecastChart(IReadOnlyList<long> Seconds, IReadOnlyList<long> Queue, IReadOnlyList<long> OldestAgeSeconds, IReadOnlyList<double> CallsPerMinute)
{
    internal static ForecastChart From(SyncCourse course) => new(
        [.. course.Points.Select(point => (long)point.At.TotalSeconds)],
        [.. course.Points.Select(point => (long)Math.Round(point.Queue))],
        [.. course.Points.Select(point => (long)point.OldestAge.TotalSeconds)],
        [.. course.Points.Select(point => Math.Round(point.CallsPerMinute, 1))]);
}
