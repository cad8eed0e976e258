namespace Stripe;

/// <summary>Which page of a list to get; lists run from the newest to the oldest.</summary>
public class ListOptions : BaseOptions
{
    /// <summary>1 to 100; by default 10.</summary>
    public long? Limit { get; set; }

    /// <summary>The id that the page begins after.</summary>
    public string? StartingAfter { get; set; }

    /// <summary>The id that the page ends before.</summary>
    public string? EndingBefore { get; set; }
}
