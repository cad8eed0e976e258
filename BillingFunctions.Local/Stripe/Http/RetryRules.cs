using System.Net;

namespace Stripe;

/// <summary>When a call is tried again, and after how long. A 429 is not: pacing is the caller's business.</summary>
internal static class RetryRules
{
    /// <param name="response">The answer, or null when the connection failed or timed out.</param>
    public static bool ShouldRetry(HttpResponseMessage? response)
    {
        if (response is null)
        {
            return true;
        }

        // Stripe knows best: "false" when a retry would only replay the stored error, "true" for a lock that will be free soon
        if (response.Headers.TryGetValues("Stripe-Should-Retry", out var advice) && bool.TryParse(advice.First(), out var retry))
        {
            return retry;
        }

        return response.StatusCode == HttpStatusCode.Conflict || (int)response.StatusCode >= 500;
    }

    /// <summary>Doubles from the shortest to the longest delay, less up to a quarter at random.</summary>
    /// <param name="retry">1 for the first retry.</param>
    public static TimeSpan Delay(int retry)
    {
        var longest = SystemNetHttpClient.MinNetworkRetriesDelay * Math.Pow(2, retry - 1);
        var jittered = TimeSpan.FromTicks(Math.Min(longest.Ticks, SystemNetHttpClient.MaxNetworkRetriesDelay.Ticks))
            * (0.75 + (Random.Shared.NextDouble() / 4));
        return jittered < SystemNetHttpClient.MinNetworkRetriesDelay ? SystemNetHttpClient.MinNetworkRetriesDelay : jittered;
    }
}
