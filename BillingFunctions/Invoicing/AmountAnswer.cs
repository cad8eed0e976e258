using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing;

/// <summary>What came of asking for an amount.</summary>
internal enum AmountOutcome
{
    /// <summary>There is something to pay.</summary>
    Due = 0,

    /// <summary>There is nothing to pay.</summary>
    NoCharge = 1,

    /// <summary>The answer cannot be billed, and asking again would not change that.</summary>
    Refused = 2,

    /// <summary>There was no answer that can be read. Asking again may help.</summary>
    Failed = 3,

    /// <summary>The API was not asked: its rate limit is used up, or it is known to be down. No attempt.</summary>
    NotNow = 4,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="Amount">What is owed, when it is due.</param>
/// <param name="Reason">Why not, for people.</param>
/// <param name="RetryAfter">When not now: about when.</param>
internal sealed record AmountAnswer(AmountOutcome Outcome, Money? Amount = null, string? Reason = null, TimeSpan RetryAfter = default)
{
    public static AmountAnswer Due(Money amount) => new(AmountOutcome.Due, amount);

    public static AmountAnswer NoCharge(string reason) => new(AmountOutcome.NoCharge, Reason: reason);

    public static AmountAnswer Refused(string reason) => new(AmountOutcome.Refused, Reason: reason);

    public static AmountAnswer Failed(string reason) => new(AmountOutcome.Failed, Reason: reason);

    public static AmountAnswer NotNow(TimeSpan retryAfter) => new(AmountOutcome.NotNow, RetryAfter: retryAfter);
}
