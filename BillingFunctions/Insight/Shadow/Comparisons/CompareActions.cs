using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>Compares what shadow mode has recorded with a file of another system.</summary>
public sealed class CompareActions(ShadowActions actions, ComparisonStore comparisons)
{
    /// <param name="comparison">The file.</param>
    /// <param name="filter">Which actions.</param>
    /// <param name="from">The group to begin with; null for the first.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<ComparedAction> RunAsync(Comparison comparison, ShadowFilter filter, ShadowPlace? from, CancellationToken cancellationToken) => ActionPairs.MergeAsync(
        actions.ListAsync(filter, from, cancellationToken).Where(comparison.Covers),
        comparisons.ListRowsAsync(comparison.Id, filter, from, cancellationToken));

    /// <summary>Counts the differences.</summary>
    internal async Task<ComparisonView> CountAsync(Comparison comparison, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<(ShadowKind, ShadowOperation), int[]>();
        await foreach (var one in RunAsync(comparison, new ShadowFilter(), from: null, cancellationToken))
        {
            if (!counts.TryGetValue(one.Operation, out var count))
            {
                counts[one.Operation] = count = new int[Enum.GetValues<ComparisonResult>().Length];
            }

            count[(int)one.Result]++;
        }

        return ComparisonView.From(comparison, [.. counts.Select(count => ComparedOperation.From(count.Key.Item1, count.Key.Item2, result => count.Value[(int)result]))]);
    }
}
