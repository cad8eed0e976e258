namespace BillingFunctions.Platform.Stripe;

/// <summary>A call that was not made, or was turned away by Stripe, because of a rate limit. Not a failure: try again at <see cref="RetryAt"/>.</summary>
public sealed class StripeThrottledException(DateTimeOffset retryAt, TimeSpan waited)
    : Exception($"Over Stripe's rate limit; try again at {retryAt:O}.")
{
    /// <summary>When a permit may be had.</summary>
    public DateTimeOffset RetryAt { get; } = retryAt;

    /// <summary>How long the call had waited for a permit.</summary>
    public TimeSpan Waited { get; } = waited;
}
