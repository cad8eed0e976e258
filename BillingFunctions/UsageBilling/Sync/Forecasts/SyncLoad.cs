using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.UsageBilling.Sync.Forecasts;

/// <summary>A steady load of items, and under which settings they go to Stripe.</summary>
/// <param name="ItemsPerMinute">How many items come in a minute, evenly spread over the organizations; more than 0.</param>
/// <param name="Organizations">Of how many organizations, at least 1.</param>
/// <param name="Limits">The limits that each call counts against: that of Stripe's account first, then that of the endpoint.</param>
/// <param name="Options">The bounds of groups.</param>
internal sealed record SyncLoad(double ItemsPerMinute, long Organizations, IReadOnlyList<SharedLimit> Limits, SyncOptions Options)
{
    private const double SecondsOfAMonth = 30 * 24 * 3600;

    /// <summary>
    /// What an invoice costs a month however few items it has: its draft, a list of its lines at its close, one more for each hundred, its status, and the finalisation. A further draft for
    /// each <see cref="SyncOptions.MaxLinesPerInvoice"/> lines comes with the lines.
    /// </summary>
    private const double CallsPerInvoice = 6;

    /// <summary>How many lines of an invoice Stripe shows in its answer to an added line; the ids of others are asked for when nothing more is to be sent.</summary>
    public const int ShownLines = 10;

    /// <summary>How long items come.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The limit of Stripe's account.</summary>
    public SharedLimit Account => Limits[0];

    /// <summary>The calls for invoices that the limits allow in a minute, as <see cref="SyncMonitor"/> reckons with.</summary>
    public double CallsPerMinute => Limits.Min(limit => limit.Limit.PerMinute);

    /// <summary>How many items an organization has in a second.</summary>
    public double ItemsPerSecondEach => ItemsPerMinute / 60 / Organizations;

    /// <summary>The calls in a second that invoices need besides their lines.</summary>
    public double InvoiceCallsPerSecond => Organizations * CallsPerInvoice / SecondsOfAMonth;

    /// <summary>How many lines an organization's draft at Stripe has at the end of a month; that of one with more than a draft holds is full.</summary>
    public double LinesPerDraft => Math.Min(Options.MaxLinesPerInvoice, ItemsPerSecondEach * SecondsOfAMonth);

    /// <summary>Which share of the lines Stripe does not show when they are added, 0 to 1.</summary>
    public double UnshownShare => Math.Max(0, 1 - (ShownLines / LinesPerDraft));
}

/// <summary>What becomes of a load.</summary>
/// <param name="Points">How it goes on, from the beginning to the end of the load, in even steps.</param>
/// <param name="State">The queue when the load ends.</param>
/// <param name="GroupedFrom">After how long items go in groups for the first time; null when they never do.</param>
/// <param name="LargestQueue">How many items waited at the most.</param>
/// <param name="QueueAtHalf">How many waited at half the time.</param>
/// <param name="Calls">How many calls were made while items came.</param>
/// <param name="Sent">How many items were sent.</param>
/// <param name="Turns">How often an organization's items were sent.</param>
/// <param name="Looks">How often an organization was looked at that was not ready.</param>
/// <param name="OldestAge">How long the oldest item waits, on average over the second half of the time.</param>
/// <param name="Wait">How long an item waits in the last hour.</param>
/// <param name="Drain">How long it takes from the end of the load until nothing waits.</param>
internal sealed record SyncCourse(
    IReadOnlyList<SyncPoint> Points, SyncState State, TimeSpan? GroupedFrom, double LargestQueue, double QueueAtHalf, double Calls, double Sent, double Turns, double Looks,
    TimeSpan OldestAge, TimeSpan Wait, TimeSpan Drain)
{
    /// <summary>How many calls are made in a day.</summary>
    public long CallsPerDay(SyncLoad load) => (long)Math.Ceiling(Calls * (TimeSpan.FromDays(1) / load.Duration));

    /// <summary>How much of the account's limit is used, 0 to 1.</summary>
    public double BudgetShare(SyncLoad load) => Math.Round(Calls / (load.Account.Limit.PerMinute * load.Duration.TotalMinutes), 4);

    /// <summary>Whether the queue stays bounded: in the second half of the time it grows by no more than a minute's items, or what it swings by between the modes.</summary>
    public bool Keeps(SyncLoad load) => State.Queued <= QueueAtHalf + Math.Max(load.Options.GroupAbove, load.ItemsPerMinute);
}

/// <summary>A moment of a load.</summary>
/// <param name="At">How long after the beginning.</param>
/// <param name="Queue">How many items wait.</param>
/// <param name="OldestAge">How long the oldest has waited.</param>
/// <param name="CallsPerMinute">How many calls were made a minute since the point before.</param>
internal readonly record struct SyncPoint(TimeSpan At, double Queue, TimeSpan OldestAge, double CallsPerMinute);
