namespace BillingFunctions.Platform.Stripe;

/// <summary>For calls that nobody waits for.</summary>
internal static class StripePatience
{
    private const int Attempts = 20;

    /// <summary>Makes a call; waits, up to 20 times, as long as the rate limit wants.</summary>
    /// <exception cref="StripeThrottledException">It still has no room.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StripeThrottledException throttled) when (attempt < Attempts)
            {
                var wait = throttled.RetryAt - time.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken);
            }
        }
    }
}
