using System.Globalization;
using System.Text;

namespace BillingFunctions.Exports;

/// <summary>The ids of a run's blocks. All have one length, as the service demands, and no two runs share one.</summary>
internal static class ExportBlocks
{
    /// <summary>The block with the line of column names.</summary>
    public static string HeaderOf(string runId) => Id(runId, 0, 0);

    public static string PageOf(string runId, int range, int page) => Id(runId, range, page);

    /// <summary>Header first, then the pages of the ranges in their order.</summary>
    public static IEnumerable<string> InOrder(string runId, IEnumerable<PagesOfRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(0, range.Pages).Select(page => PageOf(runId, range.RangeId, page))).Prepend(HeaderOf(runId));

    private static string Id(string runId, int range, int page) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{runId}-{range:D6}-{page:D6}")));
}

/// <summary>How many pages of a range the file has.</summary>
public sealed record PagesOfRange(int RangeId, int Pages);
