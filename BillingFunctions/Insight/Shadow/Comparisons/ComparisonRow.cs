using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>Something that another system did, a row of its file.</summary>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Kind">Where it was done.</param>
/// <param name="Operation">What was done.</param>
/// <param name="Subject">Our id of what it is about.</param>
/// <param name="Amount">In minor units; null when the file does not say, and then none is compared.</param>
/// <param name="Currency">Three letters, lower case; null when the file does not say.</param>
/// <param name="Month"><c>yyyy-MM</c>; null when the file does not say, and then any will do.</param>
internal sealed record ComparisonRow(int Line, ShadowKind Kind, ShadowOperation Operation, string Subject, long? Amount, string? Currency, string? Month)
{
    /// <summary>Where it stands in the order of actions.</summary>
    public ShadowPlace Group => ShadowActions.GroupOf(Kind, Operation, Subject);

    /// <summary>Whether an action about the same subject may be this.</summary>
    public bool MayBe(ShadowAction action) => Month is null || action.Month is null || Month == action.Month;

    /// <summary>Whether an action is about as much, as far as the file says how much.</summary>
    public bool HasAmountOf(ShadowAction action) => Amount is null || (action.Amount?.Amount == Amount && (Currency is null || Currency == action.Amount?.Currency));
}
