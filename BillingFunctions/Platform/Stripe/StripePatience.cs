using Polly;
using Polly.Retry;

namespace BillingFunctions.Platform.Stripe;

/// <summary>How calls wait that run in the background and have time.</summary>
internal static class StripePatience
{
    private const int MaxWaits = 20;

    /// <summary>Waits, up to 20 times, as long as the rate limit wants.</summary>
    /// <param name="time">The clock.</param>
    public static ResiliencePipeline Create(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StripeThrottledException>(),
            MaxRetryAttempts = MaxWaits,
            DelayGenerator = call => new(((StripeThrottledException)call.Outcome.Exception!).WaitFrom(time.GetUtcNow())),
        })
        .Build();
}
