using System.Text.Json.Serialization;
using BillingFunctions.Exports.Stretches;

namespace BillingFunctions.Exports.Runs;

/// <summary>
/// How far an export is. Pure, so that the orchestrator decides the same on every replay; as JSON it is what one generation
/// of the orchestration hands to the next, and the checkpoint from which a failed run is resumed.
/// </summary>
public sealed record ExportState(ExportPlan Plan)
{
    /// <summary>Customers on a page: Stripe's maximum.</summary>
    public const int PageSize = 100;

    /// <summary>A blob may have 50,000 blocks. One is the header's.</summary>
    public const int MaxPages = 49_999;

    /// <summary>A page that shows that much is left is split in so many parts at the most: more would ask for many empty ones.</summary>
    private const int MaxParts = 4;
    private const int MaxRanges = 2_000;

    /// <summary>Pages of a stretch at the most. Its time is up sooner, unless Stripe is very quick.</summary>
    private const int MaxStretch = 400;

    /// <summary>Fewer pages are not worth an activity, which takes the engine about as long as a few of them take Stripe.</summary>
    private const int MinShare = 4;

    /// <summary>The ranges, newest first: the order of the file.</summary>
    public List<ExportRange> Ranges { get; init; } = [];

    public int LastRangeId { get; set; }

    public long ThrottledMs { get; set; }

    public string? Cursor { get; set; }

    public double Percent { get; set; }

    [JsonIgnore]
    public long Rows => Ranges.Sum(range => range.Rows);

    [JsonIgnore]
    public int Pages => Ranges.Sum(range => range.Pages);

    [JsonIgnore]
    public bool IsComplete => Ranges.TrueForAll(range => range.Done);

    [JsonIgnore]
    public IEnumerable<ExportRange> Open => Ranges.Where(range => !range.Done);

    /// <summary>Nothing read yet.</summary>
    public static ExportState Start(ExportPlan plan)
    {
        var state = new ExportState(plan);
        state.Ranges.Add(new ExportRange(++state.LastRangeId, plan.From, plan.To) { Done = plan.From > plan.To });
        return state;
    }

    /// <summary>Takes in what a stretch has brought; when fewer than <paramref name="parallelism"/> ranges are open, hands part of what is left to new ones.</summary>
    public void Apply(StretchFetched stretch, int parallelism)
    {
        var index = Ranges.FindIndex(range => range.Id == stretch.RangeId);
        ThrottledMs += stretch.ThrottledMs;
        if (stretch.End == StretchEnd.CursorGone)
        {
            Restart(index);
            return;
        }

        var range = Ranges[index] = Ranges[index].With(stretch);
        Cursor = range.Cursor ?? Cursor;
        Split(index, Math.Min(MaxParts, parallelism - Open.Count() + 1));
        Percent = Math.Max(Percent, IsComplete ? 100 : PercentOf(Rows, RowsLeft()));
    }

    /// <summary>What the file is to be made of, in order.</summary>
    public IReadOnlyList<StagedRange> Staged() => [.. Ranges.Select(range => new StagedRange(range.Id, range.Stretches))];

    /// <summary>How many customers are still to be read, judged by how dense what has been read was.</summary>
    public double RowsLeft()
    {
        var secondsRead = Ranges.Sum(range => range.To - range.From + 1 - range.SecondsLeft);
        var average = Rows / (double)Math.Max(1, secondsRead);
        return Open.Sum(range => Math.Max(1, range.SecondsLeft * (range.Density ?? average)));
    }

    /// <summary>How much is done; 100 is for the end alone.</summary>
    public static double PercentOf(double rows, double left) => Math.Min(99.9, Math.Round(100 * rows / (rows + left), 1));

    /// <summary>
    /// How many pages the next stretch of a range may have: twice what the range has shown so far, and no more than leaves some for the others, since a range can only
    /// be split between two stretches.
    /// </summary>
    public int LengthOfNext(ExportRange range, int parallelism)
    {
        var share = (int)Math.Min(MaxStretch, RowsLeft() / PageSize / (2 * parallelism));
        return Math.Clamp(2 * range.Pages, 1, Math.Max(MinShare, share));
    }

    /// <summary>The customer that the cursor names has been deleted: Stripe cannot page on from it. The new id keeps old blocks out of the file.</summary>
    private void Restart(int index) => Ranges[index] = new ExportRange(++LastRangeId, Ranges[index].From, Ranges[index].To);

    private void Split(int index, int parts)
    {
        var range = Ranges[index];
        var older = range.ReadDownTo - range.From;
        parts = (int)Math.Min(parts, older * (range.Density ?? 0) / (2 * PageSize));
        if (parts < 2 || older < parts || Ranges.Count + parts > MaxRanges)
        {
            return;
        }

        // The range keeps the newest part; its cursor's own second must stay whole, hence `ReadDownTo - 1` goes down in equal steps.
        var length = older / parts;
        for (var part = 1; part < parts; part++)
        {
            var to = range.ReadDownTo - 1 - (length * part);
            var from = part == parts - 1 ? range.From : to - length + 1;
            Ranges.Insert(index + part, new ExportRange(++LastRangeId, from, to));
        }

        Ranges[index] = range with { From = range.ReadDownTo - length };
    }
}
