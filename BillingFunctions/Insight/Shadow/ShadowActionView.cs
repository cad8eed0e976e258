using BillingFunctions.Insight.Shadow.Comparisons;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Insight.Shadow;

/// <summary>Something that was not done because shadow mode is on; in a comparison, also something that only the other system did.</summary>
/// <param name="At">When it was recorded first; null for what only the other system did.</param>
/// <param name="Kind">Where it would have been done.</param>
/// <param name="Operation">What would have been done.</param>
/// <param name="Subject">Our id of what it is about: an item, an invoice, a customer, a task or an export.</param>
/// <param name="Month">The month that is billed, <c>yyyy-MM</c>; null when it is about none.</param>
/// <param name="Amount">How much it is about; null when it is about no money.</param>
/// <param name="Target">What would have been changed there, or who would have got it: an id, an address, or the host of a URL.</param>
/// <param name="Detail">What would have been sent, in short.</param>
/// <param name="Key">The idempotency key of the call, or the <c>Message-ID</c> of the mail. What several actions have in common is one call.</param>
/// <param name="Result">How the two systems differ in it; null when nothing is compared.</param>
/// <param name="Other">What the other system did; null when it did not, or nothing is compared.</param>
public sealed record ShadowActionView(
    DateTimeOffset? At,
    ShadowKind Kind,
    ShadowOperation Operation,
    string Subject,
    string? Month,
    Money? Amount,
    string? Target,
    string? Detail,
    string? Key,
    ComparisonResult? Result,
    OtherActionView? Other)
{
    internal static ShadowActionView From(ShadowAction action) =>
        new(action.At, action.Kind, action.Operation, action.Subject, action.Month, action.Amount, action.Target, action.Detail, action.Key, Result: null, Other: null);

    internal static ShadowActionView From(ComparedAction compared)
    {
        var view = compared.Here is { } here
            ? From(here)
            : new ShadowActionView(At: null, compared.There!.Kind, compared.There.Operation, compared.There.Subject, compared.There.Month, null, null, null, null, null, null);
        return view with { Result = compared.Result, Other = compared.There is { } there ? new OtherActionView(there.Line, there.Amount, there.Currency, there.Month) : null };
    }
}

/// <summary>What another system did, as its file says.</summary>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Amount">In minor units; null when the file has none.</param>
/// <param name="Currency">Three letters, lower case; null when the file has none.</param>
/// <param name="Month">The month that is billed, <c>yyyy-MM</c>; null when the file has none.</param>
public sealed record OtherActionView(int Line, long? Amount, string? Currency, string? Month);
