using Azure.Data.Tables;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Stripe clients whose calls wait for a permit of the limits that all instances of the app share, one client a lane.</summary>
public sealed class StripeClients : IDisposable
{
    private readonly SharedRateLimits _limits;
    private readonly Dictionary<StripeLane, StripeClient> _clients;

    public StripeClients(TableServiceClient tables, IOptions<StripeOptions> options, TimeProvider time, ILogger<StripeClients> logger)
    {
        // The account is known by its key: no call is spent on asking Stripe.
        _limits = new SharedRateLimits(tables, options.Value.ApiKey ?? "", time);
        _clients = string.IsNullOrWhiteSpace(options.Value.ApiKey)
            ? []
            : Enum.GetValues<StripeLane>().ToDictionary(lane => lane, lane => Create(options.Value, TimeoutOf(lane), new StripeRateLimitHandler(_limits, options.Value, lane, time, logger)));
    }

    /// <exception cref="SettingMissingException"><c>Stripe__ApiKey</c> is not set.</exception>
    public StripeClient For(StripeLane lane) => _clients.GetValueOrDefault(lane) ?? throw new SettingMissingException(StripeOptions.ApiKeySetting);

    public void Dispose() => _limits.Dispose();

    private static StripeClient Create(StripeOptions options, TimeSpan timeout, StripeRateLimitHandler handler)
    {
        handler.InnerHandler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var apiBase = string.IsNullOrEmpty(options.ApiBase) ? null : options.ApiBase.TrimEnd('/');
        return new StripeClient(options.ApiKey, httpClient: new SystemNetHttpClient(new HttpClient(handler) { Timeout = timeout }), apiBase: apiBase);
    }

    /// <summary>How long one answer may take, the wait for a permit included, before the SDK tries again. A page of a list is quick or lost; a write may take long.</summary>
    private static TimeSpan TimeoutOf(StripeLane lane) => TimeSpan.FromSeconds(lane == StripeLane.Export ? 10 : 30);
}
