using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>When items go one by one and when in groups, and when a group is ready. Pure.</summary>
internal static class SyncRules
{
    /// <summary>A call should carry at least a hundredth of the queue: then a hundred calls, a minute's at 95/60, empty it.</summary>
    private const int CallsForAll = 100;

    private const int SmallestGroup = 2;

    /// <summary>How soon an organization that is not ready is looked at again, at the soonest.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);

    /// <summary>How soon to look again for budget to spare, at the soonest and at the latest: the longer the queue, the later.</summary>
    private static readonly (TimeSpan Soonest, TimeSpan Latest) BudgetPause = (TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));

    private const int PausesWhileDraining = 10;

    /// <summary>Which part of a limit has to be unused, so that there is budget to spare.</summary>
    private const int SpareShare = 10;

    /// <summary>How long a count of the queue is good for.</summary>
    public static TimeSpan CountGoodFor { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an item waits for others, as long as there is budget to spare.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The mode that follows.</summary>
    /// <param name="present">The mode up to now.</param>
    /// <param name="queued">How many items are queued.</param>
    /// <param name="options">The two bounds. Between them the mode does not change.</param>
    public static SyncMode Next(SyncMode present, long queued, SyncOptions options) => options.Schedule switch
    {
        SyncSchedule.Realtime => SyncMode.Realtime,
        SyncSchedule.Scheduled => SyncMode.Batched,
        _ when queued >= options.GroupAbove => SyncMode.Batched,
        _ when queued < options.RealTimeBound => SyncMode.Realtime,
        _ => present,
    };

    /// <summary>How many items make a group ready: 1 in real time, else a hundredth of the queue, at least 2 and at most what an invoice at Stripe holds.</summary>
    public static int GroupSize(SyncMode mode, long queued, SyncOptions options) =>
        mode == SyncMode.Realtime ? 1 : (int)Math.Clamp(queued / CallsForAll, Math.Min(SmallestGroup, options.MaxLinesPerInvoice), options.MaxLinesPerInvoice);

    /// <summary>Whether what an organization has waiting is to be sent now.</summary>
    /// <param name="open">How many of its items wait.</param>
    /// <param name="waited">How long the oldest has.</param>
    /// <param name="untilClose">How long its invoice still takes items.</param>
    /// <param name="state">The queue of all.</param>
    /// <param name="groupSize">See <see cref="GroupSize"/>.</param>
    public static bool IsReady(int open, TimeSpan waited, TimeSpan untilClose, SyncState state, int groupSize) =>
        open >= groupSize || (waited >= LongestWait && state.HasBudgetToSpare) || untilClose <= state.DrainForecast;

    /// <summary>
    /// When to look again at an organization that is not ready: when it will have waited long enough, or when the queue will be empty, if that is sooner; a smaller queue
    /// makes smaller groups ready.
    /// </summary>
    /// <param name="oldest">Since when its oldest item waits.</param>
    /// <param name="now">The current time.</param>
    /// <param name="state">The queue of all.</param>
    public static DateTimeOffset LookAgainAt(DateTimeOffset oldest, DateTimeOffset now, SyncState state)
    {
        var (waited, drained) = (oldest + LongestWait, now + (state.DrainForecast > ShortestWait ? state.DrainForecast : ShortestWait));
        return waited < drained ? waited : drained;
    }

    /// <summary>How long an organization that has waited long enough waits for budget to spare, until it is looked at again.</summary>
    public static TimeSpan PauseOf(SyncState state) =>
        TimeSpan.FromTicks(Math.Clamp((state.DrainForecast / PausesWhileDraining).Ticks, BudgetPause.Soonest.Ticks, BudgetPause.Latest.Ticks));

    /// <summary>When an organization that has got new entries is to be looked at.</summary>
    /// <param name="state">The queue of all, without the new entries.</param>
    /// <param name="opened">How many they are.</param>
    /// <param name="open">How many entries the organization has with them.</param>
    /// <param name="oldest">Since when its oldest waits.</param>
    /// <param name="now">The current time.</param>
    /// <param name="options">The bounds of groups.</param>
    public static Wake WakeFor(SyncState state, int opened, int open, DateTimeOffset oldest, DateTimeOffset now, SyncOptions options)
    {
        var queued = state.Queued + opened;
        var mode = Next(state.Mode, queued, options);
        var isReady = open >= GroupSize(mode, queued, options);
        return new Wake(Earliest(state, isReady ? now : LookAgainAt(oldest, now, state), options), mode == SyncMode.Batched);
    }

    /// <summary>The first moment from <paramref name="at"/> on at which something may be sent: not while the queue is paused, nor outside of the daily window.</summary>
    public static DateTimeOffset Earliest(SyncState state, DateTimeOffset at, SyncOptions options)
    {
        var from = state.PausedUntil > at ? state.PausedUntil.Value : at;
        return options.Schedule == SyncSchedule.Scheduled ? options.DailyWindow.NextOpen(from) : from;
    }

    /// <summary>The state after a count.</summary>
    /// <param name="before">The state before it.</param>
    /// <param name="count">What was counted.</param>
    /// <param name="use">What is used of Stripe's limit just now.</param>
    /// <param name="callsPerMinute">What the limit allows.</param>
    /// <param name="options">The bounds of groups.</param>
    /// <param name="now">When the count began.</param>
    public static SyncState Counted(SyncState before, QueueCount count, RateLimitUse use, double callsPerMinute, SyncOptions options, DateTimeOffset now)
    {
        var mode = Next(before.Mode, count.Queued, options);
        return before with
        {
            Mode = mode,
            Queued = count.Queued,
            Organizations = count.Organizations,
            Oldest = count.Oldest,
            DrainForecast = Drain(mode, count.Queued, count.Organizations, callsPerMinute, options.MaxLinesPerInvoice),
            HasBudgetToSpare = use.Left >= Math.Max(1, use.Limit.Permits / SpareShare),
            CountedAt = now,
        };
    }

    /// <summary>The state between two counts.</summary>
    /// <param name="counted">As it was counted last.</param>
    /// <param name="queued">How many items are queued now.</param>
    /// <param name="options">The bounds of groups.</param>
    public static SyncState Since(SyncState counted, long queued, SyncOptions options) => counted with { Queued = queued, Mode = Next(counted.Mode, queued, options) };

    /// <summary>How long it takes until all that is queued is at Stripe, at the rate of the limit.</summary>
    /// <param name="mode">One call an item in real time; else one for each full invoice, and one for what is left of each organization.</param>
    /// <param name="queued">How many items are queued.</param>
    /// <param name="organizations">Of how many organizations.</param>
    /// <param name="callsPerMinute">What the limit allows.</param>
    /// <param name="maxLines">How many lines an invoice holds.</param>
    public static TimeSpan Drain(SyncMode mode, long queued, long organizations, double callsPerMinute, int maxLines)
    {
        var calls = mode == SyncMode.Realtime ? queued : Math.Min(queued, organizations + (queued / maxLines));
        return TimeSpan.FromMinutes(calls / callsPerMinute);
    }
}

/// <summary>How much is queued.</summary>
/// <param name="Queued">How many entries of all outboxes are open.</param>
/// <param name="Organizations">Of how many organizations.</param>
/// <param name="Oldest">Since when the oldest waits; null when none does.</param>
internal readonly record struct QueueCount(long Queued, long Organizations, DateTimeOffset? Oldest);

/// <summary>How items go to Stripe. Stored by name.</summary>
public enum SyncMode
{
    /// <summary>One by one, at once.</summary>
    Realtime,

    /// <summary>In groups.</summary>
    Batched,
}
