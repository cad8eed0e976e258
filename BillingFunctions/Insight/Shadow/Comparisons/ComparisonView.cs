using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>What shadow mode has recorded so far, compared with a file of another system.</summary>
/// <param name="Id">What <c>GET /api/shadow/actions?compare=</c> takes.</param>
/// <param name="CreatedAt">When the file was sent.</param>
/// <param name="Rows">How many rows the file has.</param>
/// <param name="IgnoredColumns">The columns of the file that are not read.</param>
/// <param name="Same">How much both did, with the same amounts.</param>
/// <param name="OnlyHere">How much the other system did not do.</param>
/// <param name="OnlyThere">How much only the other system did.</param>
/// <param name="AmountDiffers">How much both did, with different amounts.</param>
/// <param name="Operations">The same by operation: those that the file has, in the months that it has.</param>
public sealed record ComparisonView(
    string Id,
    DateTimeOffset CreatedAt,
    int Rows,
    IReadOnlyList<string> IgnoredColumns,
    int Same,
    int OnlyHere,
    int OnlyThere,
    int AmountDiffers,
    IReadOnlyList<ComparedOperation> Operations)
{
    internal static ComparisonView From(Comparison comparison, IReadOnlyList<ComparedOperation> operations) => new(
        comparison.Id,
        comparison.CreatedAt,
        comparison.Rows,
        comparison.IgnoredColumns,
        operations.Sum(operation => operation.Same),
        operations.Sum(operation => operation.OnlyHere),
        operations.Sum(operation => operation.OnlyThere),
        operations.Sum(operation => operation.AmountDiffers),
        operations);
}

/// <summary>How two systems differ in an operation.</summary>
/// <param name="Kind">Where it is done.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Same">How much both did, with the same amounts.</param>
/// <param name="OnlyHere">How much the other system did not do.</param>
/// <param name="OnlyThere">How much only the other system did.</param>
/// <param name="AmountDiffers">How much both did, with different amounts.</param>
public sealed record ComparedOperation(ShadowKind Kind, ShadowOperation Operation, int Same, int OnlyHere, int OnlyThere, int AmountDiffers)
{
    internal static ComparedOperation From(ShadowKind kind, ShadowOperation operation, Func<ComparisonResult, int> count) =>
        new(kind, operation, count(ComparisonResult.Same), count(ComparisonResult.OnlyHere), count(ComparisonResult.OnlyThere), count(ComparisonResult.AmountDiffers));
}
