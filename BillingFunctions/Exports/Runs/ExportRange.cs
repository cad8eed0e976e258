using System.Text.Json.Serialization;
using BillingFunctions.Exports.Stretches;

namespace BillingFunctions.Exports.Runs;

/// <summary>A piece of the window that is read page by page, newest customer first, as Stripe lists them.</summary>
/// <param name="Id">Unique in the run; part of the ids of its blocks. From 1.</param>
/// <param name="From">First second, Unix time.</param>
/// <param name="To">Last second.</param>
public sealed record ExportRange(int Id, long From, long To)
{
    /// <summary>The pages fetched and staged.</summary>
    public IReadOnlyList<StagedStretch> Stretches { get; init; } = [];

    /// <summary>Customers on them.</summary>
    public long Rows { get; init; }

    /// <summary>The last customer fetched; null before the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>When that customer was created: what is older is still to be read.</summary>
    public long ReadDownTo { get; init; } = To + 1;

    /// <summary>Whether nothing is left to read.</summary>
    public bool Done { get; init; }

    /// <summary>When the rate limit may have room for it again; null when it may be read at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    [JsonIgnore]
    public int Pages => Stretches.Sum(stretch => stretch.Pages);

    /// <summary>Seconds that are still to be read.</summary>
    [JsonIgnore]
    public long SecondsLeft => Done ? 0 : Math.Max(0, Math.Min(ReadDownTo, To) - From + 1);

    /// <summary>Customers a second in what has been read; null before the first page.</summary>
    [JsonIgnore]
    public double? Density => Pages == 0 ? null : Rows / (double)Math.Max(1, To - ReadDownTo + 1);

    /// <summary>The range with what a stretch has brought.</summary>
    public ExportRange With(StretchFetched stretch) => this with
    {
        Stretches = stretch.Pages > 0 ? [.. Stretches, new StagedStretch(stretch.Attempt, stretch.Pages)] : Stretches,
        Rows = Rows + stretch.Rows,
        Cursor = stretch.LastId ?? Cursor,
        ReadDownTo = stretch.LastCreated ?? ReadDownTo,
        Done = stretch.End == StretchEnd.RangeDone,
        NotBefore = stretch.RetryAt,
    };
}
