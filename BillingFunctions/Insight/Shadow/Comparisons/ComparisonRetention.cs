using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>Removes files of other systems that were sent long ago.</summary>
public sealed class ComparisonRetention(ComparisonStore comparisons, RetentionLimits limits) : IRetention
{
    public string Name => "shadow comparisons";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => comparisons.RemoveAsync(limits.Runs, cancellationToken);
}
