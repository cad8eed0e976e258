using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Stripe clients whose calls wait for a permit of the shared limit, one client a lane.</summary>
public sealed class StripeClients(StripeRateLimiter limiter, IOptions<StripeOptions> options)
{
    private readonly Dictionary<StripeLane, StripeClient> _clients = string.IsNullOrWhiteSpace(options.Value.ApiKey)
        ? []
        : Enum.GetValues<StripeLane>().ToDictionary(lane => lane, lane => Create(lane, limiter, options.Value));

    /// <exception cref="SettingMissingException"><c>Stripe__ApiKey</c> is not set.</exception>
    public StripeClient For(StripeLane lane) => _clients.GetValueOrDefault(lane) ?? throw new SettingMissingException(StripeOptions.ApiKeySetting);

    private static StripeClient Create(StripeLane lane, StripeRateLimiter limiter, StripeOptions options)
    {
        var connections = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var http = new HttpClient(new StripeRateLimitHandler(limiter, lane) { InnerHandler = connections }) { Timeout = TimeoutOf(lane) };
        var apiBase = string.IsNullOrEmpty(options.ApiBase) ? null : options.ApiBase.TrimEnd('/');
        return new StripeClient(options.ApiKey, httpClient: new SystemNetHttpClient(http), apiBase: apiBase);
    }

    /// <summary>How long one answer may take, the wait for a permit included, before the SDK tries again. A page of a list is quick or lost; a write may take long.</summary>
    private static TimeSpan TimeoutOf(StripeLane lane) => TimeSpan.FromSeconds(lane == StripeLane.Export ? 10 : 30);
}
