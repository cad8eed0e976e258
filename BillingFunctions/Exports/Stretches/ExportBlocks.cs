using System.Globalization;
using System.Text;

namespace BillingFunctions.Exports.Stretches;

/// <summary>
/// The ids of a run's blocks, made of run, range, page and attempt. All have one length, as the service demands. Each attempt at a stretch has blocks of its own, so
/// that two which overlap, or of which one was never heard of, cannot mix: the file gets the blocks of the attempt whose answer was taken.
/// </summary>
internal static class ExportBlocks
{
    /// <summary>The block with the line of column names.</summary>
    public static string HeaderOf(string runId) => Id(runId, 0, 0, "00000000");

    public static string PageOf(string runId, int range, int page, string attempt) => Id(runId, range, page, attempt);

    /// <summary>A name for an attempt at a stretch, unlike that of any other.</summary>
    public static string NewAttempt() => Guid.NewGuid().ToString("N")[..8];

    /// <summary>Header first, then the pages of the ranges in their order.</summary>
    public static IEnumerable<string> InOrder(string runId, IEnumerable<StagedRange> ranges) =>
        ranges.SelectMany(range => PagesOf(runId, range)).Prepend(HeaderOf(runId));

    private static IEnumerable<string> PagesOf(string runId, StagedRange range) =>
        range.Stretches.SelectMany(stretch => Enumerable.Repeat(stretch.Attempt, stretch.Pages)).Select((attempt, page) => PageOf(runId, range.RangeId, page, attempt));

    private static string Id(string runId, int range, int page, string attempt) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{runId}-{range:D6}-{page:D6}-{attempt}")));
}

/// <summary>The pages of a range that the file gets, in order.</summary>
public sealed record StagedRange(int RangeId, IReadOnlyList<StagedStretch> Stretches);

/// <summary>Pages that were staged by one attempt.</summary>
public sealed record StagedStretch(string Attempt, int Pages);
