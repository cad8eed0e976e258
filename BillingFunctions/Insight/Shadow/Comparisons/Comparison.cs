using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>A file of another system, to compare with.</summary>
/// <param name="Id"><c>cmp_…</c>.</param>
/// <param name="CreatedAt">When it was sent.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="IgnoredColumns">The columns that are not read.</param>
/// <param name="Scopes">What is compared: what the file does not speak of is no difference.</param>
internal sealed record Comparison(string Id, DateTimeOffset CreatedAt, int Rows, IReadOnlyList<string> IgnoredColumns, IReadOnlyList<ComparisonScope> Scopes)
{
    private const string IdPrefix = "cmp";

    public static string NewId(DateTimeOffset now) => TimeOrderedId.New(IdPrefix, now);

    /// <summary>The row key; null when the text is no id.</summary>
    public static string? RowKeyOf(string id) => TimeOrderedId.RowKeyOf(IdPrefix, id);

    /// <summary>Whether the file speaks of such actions.</summary>
    public bool Covers(ShadowAction action) => Scopes.Any(scope =>
        scope.Kind == action.Kind && scope.Operation == action.Operation && (scope.Months is null || action.Month is null || scope.Months.Contains(action.Month)));
}

/// <summary>An operation that a file has.</summary>
/// <param name="Kind">Where it is done.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Months">The months that it has; null when a row names none.</param>
internal sealed record ComparisonScope(ShadowKind Kind, ShadowOperation Operation, IReadOnlyList<string>? Months)
{
    public static IReadOnlyList<ComparisonScope> Of(IEnumerable<ComparisonRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Kind, row.Operation)).Select(group => new ComparisonScope(
            group.Key.Kind, group.Key.Operation, group.Any(row => row.Month is null) ? null : [.. group.Select(row => row.Month!).Distinct().Order(StringComparer.Ordinal)])),
    ];
}
