namespace BillingFunctions.Exports;

/// <summary>One page to fetch and stage.</summary>
/// <param name="Plan">The export.</param>
/// <param name="RangeId">The range.</param>
/// <param name="Page">The page's number in the range, from 0.</param>
/// <param name="From">First second of the range.</param>
/// <param name="To">Last second of the range.</param>
/// <param name="Cursor">The last customer of the page before.</param>
public sealed record FetchPage(ExportPlan Plan, int RangeId, int Page, long From, long To, string? Cursor);

/// <summary>How a fetch ended. Stored in histories: never renumber.</summary>
public enum PageOutcome
{
    /// <summary>The page is staged.</summary>
    Staged = 0,

    /// <summary>The rate limit is used up until <see cref="PageFetched.RetryAt"/>.</summary>
    Throttled = 1,

    /// <summary>The customer of the cursor has been deleted.</summary>
    CursorGone = 2,

    /// <summary>Stripe will not answer this, however often it is asked; see <see cref="PageFetched.Reason"/>.</summary>
    Refused = 3,
}

/// <summary>What came of a <see cref="FetchPage"/>.</summary>
public sealed record PageFetched(PageOutcome Outcome, int RangeId)
{
    public int Rows { get; init; }

    public string? LastId { get; init; }

    /// <summary>When the last customer of the page was created, Unix time.</summary>
    public long? LastCreated { get; init; }

    public bool HasMore { get; init; }

    /// <summary>How long the page waited for the rate limit, in milliseconds.</summary>
    public long ThrottledMs { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public string? Reason { get; init; }
}
