using System.Threading.RateLimiting;

namespace BillingFunctions.LocalHost.Http;

/// <summary>The limits of <c>extensions.http</c>: requests at once, and requests in all, those that wait included. Beyond them 429.</summary>
internal static class HttpConcurrency
{
    private const int Unlimited = -1;

    public static IServiceCollection AddHttpConcurrency(this IServiceCollection services, IConfiguration hostJson)
    {
        var concurrent = hostJson.GetValue("extensions:http:maxConcurrentRequests", Unlimited);
        var outstanding = hostJson.GetValue("extensions:http:maxOutstandingRequests", Unlimited);
        return services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = concurrent == Unlimited ? null : PartitionedRateLimiter.Create<HttpContext, string>(_ =>
                RateLimitPartition.GetConcurrencyLimiter("", _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = concurrent,
                    QueueLimit = outstanding == Unlimited ? int.MaxValue : Math.Max(0, outstanding - concurrent),
                }));
        });
    }
}
