using System.Net;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Every request to Stripe passes here, retries of the SDK included: it waits for a permit, and a 429 all the same becomes a <see cref="StripeThrottledException"/>.</summary>
internal sealed class StripeRateLimitHandler(StripeRateLimiter limiter, StripeLane lane) : DelegatingHandler
{
    /// <summary>Long enough that a line of a few dozen moves on; anybody further behind comes back later instead of holding a worker.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var endpoint = EndpointOf(request.RequestUri!);
        await limiter.WaitAsync(endpoint, lane, Patience, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.TooManyRequests)
        {
            return response;
        }

        using (response)
        {
            var reason = response.Headers.TryGetValues("Stripe-Rate-Limited-Reason", out var values) ? values.First() : null;
            throw new StripeThrottledException(await limiter.ReportThrottledAsync(endpoint, reason, cancellationToken));
        }
    }

    /// <summary><c>/v1/customers/cus_1/sources</c> counts against <c>customers</c>.</summary>
    private static string EndpointOf(Uri uri) => uri.Segments.Length > 2 ? uri.Segments[2].TrimEnd('/') : "other";
}
