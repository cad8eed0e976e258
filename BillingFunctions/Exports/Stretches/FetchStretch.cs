using BillingFunctions.Platform.Durable;

namespace BillingFunctions.Exports.Stretches;

/// <summary>A part of a range to fetch and stage, page by page.</summary>
/// <param name="Plan">The export.</param>
/// <param name="RangeId">The range.</param>
/// <param name="Page">The number of its first page in the range, from 0.</param>
/// <param name="From">First second of the range.</param>
/// <param name="To">Last second of the range.</param>
/// <param name="Cursor">The last customer of the page before.</param>
public sealed record FetchStretch(ExportPlan Plan, int RangeId, int Page, long From, long To, string? Cursor) : IRequest
{
    /// <summary>When the customer of the cursor was created, or the second behind the range: none that follows can be newer.</summary>
    public long? NotNewerThan { get; init; }

    /// <summary>How many pages it may fetch.</summary>
    public int MaxPages { get; init; } = 1;

    /// <summary>Under which number it shows its progress.</summary>
    public int Slot { get; init; }

    /// <summary>Where it begins and what it may read. The other properties may differ between two decisions: an answer is as good with either.</summary>
    string IRequest.Key => $"stretch {RangeId} {Page} {From} {To} {Cursor}";
}

/// <summary>How a stretch ended. Stored in histories: never renumber.</summary>
public enum StretchEnd
{
    /// <summary>The range has been read to its end.</summary>
    RangeDone = 0,

    /// <summary>It had its pages or its time, or something failed that may pass.</summary>
    Paused = 1,

    /// <summary>The rate limit is used up until <see cref="StretchFetched.RetryAt"/>.</summary>
    Throttled = 2,

    /// <summary>The customer of the cursor has been deleted.</summary>
    CursorGone = 3,

    /// <summary>Stripe will not answer this, however often it is asked; see <see cref="StretchFetched.Reason"/>.</summary>
    Refused = 4,
}

/// <summary>What came of a <see cref="FetchStretch"/>: the pages that this attempt has staged, and why it stopped.</summary>
/// <param name="End">Why it stopped.</param>
/// <param name="RangeId">The range.</param>
/// <param name="Attempt">Part of the ids of its blocks; see <see cref="ExportBlocks"/>.</param>
public sealed record StretchFetched(StretchEnd End, int RangeId, string Attempt)
{
    /// <summary>Pages staged.</summary>
    public int Pages { get; init; }

    /// <summary>Customers on them.</summary>
    public long Rows { get; init; }

    /// <summary>The last customer read; null when none was.</summary>
    public string? LastId { get; init; }

    /// <summary>When that customer was created, Unix time.</summary>
    public long? LastCreated { get; init; }

    /// <summary>How long its calls waited for the rate limit, in milliseconds.</summary>
    public long ThrottledMs { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public string? Reason { get; init; }
}
