namespace BillingFunctions.UsageBilling.Sync;

/// <summary>When items go one by one and when in groups, and when a group is ready. Pure.</summary>
internal static class SyncRules
{
    /// <summary>A call should carry at least a hundredth of the queue: then a hundred calls, a minute's at 95/60, empty it.</summary>
    private const int CallsForAll = 100;

    private const int SmallestGroup = 2;

    /// <summary>How soon an organization that is not ready is looked at again, at the soonest.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);

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
    /// <param name="now">The time.</param>
    /// <param name="state">The queue of all.</param>
    public static DateTimeOffset LookAgainAt(DateTimeOffset oldest, DateTimeOffset now, SyncState state)
    {
        var (waited, drained) = (oldest + LongestWait, now + (state.DrainForecast > ShortestWait ? state.DrainForecast : ShortestWait));
        return waited < drained ? waited : drained;
    }

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

/// <summary>How items go to Stripe. Stored by name.</summary>
public enum SyncMode
{
    /// <summary>One by one, at once.</summary>
    Realtime,

    /// <summary>In groups.</summary>
    Batched,
}
