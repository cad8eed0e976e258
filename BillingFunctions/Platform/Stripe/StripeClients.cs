using Azure.Data.Tables;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Stripe clients whose calls wait for a permit of the limits that all instances of the app share, one client a lane.</summary>
public sealed class StripeClients : IDisposable
{
    /// <summary>The endpoint of invoices and their lines.</summary>
    internal const string Invoices = "invoices";

    /// <summary>How long Stripe has to answer a call of a lane that makes the next attempt itself, and counts it: from its permit on.</summary>
    private static readonly Dictionary<StripeLane, TimeSpan> AnswerTimes = new() { [StripeLane.ItemSync] = TimeSpan.FromSeconds(5), [StripeLane.CustomerSync] = TimeSpan.FromSeconds(10) };

    private readonly SharedRateLimits _limits;
    private readonly StripeOptions _options;
    private readonly SharedLimit _account;
    private readonly Dictionary<StripeLane, StripeClient> _clients;

    public StripeClients(TableServiceClient tables, IOptions<StripeOptions> options, IOptions<ShadowOptions> shadow, TimeProvider time, ILogger<StripeClients> logger)
    {
        // The account is known by its key: no call is spent on asking Stripe.
        _limits = new SharedRateLimits(tables, options.Value.ApiKey ?? "", time);
        _options = options.Value;
        _account = StripeRateLimitHandler.AccountLimitOf(options.Value);
        var first = new FirstCall(time);
        _clients = string.IsNullOrWhiteSpace(options.Value.ApiKey)
            ? []
            : Enum.GetValues<StripeLane>().ToDictionary(lane => lane, lane => Create(options.Value, lane, new ShadowGuard(shadow) { InnerHandler = HandlerFor(lane) }));

        FirstCallHandler HandlerFor(StripeLane lane) => new(first)
        {
            InnerHandler = new StripeRateLimitHandler(_limits, options.Value, lane, AnswerTimeOf(lane), time, logger)
            {
                InnerHandler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) },
            },
        };
    }

    /// <exception cref="SettingMissingException"><c>Stripe__ApiKey</c> is not set.</exception>
    public StripeClient For(StripeLane lane) => _clients.GetValueOrDefault(lane) ?? throw new SettingMissingException(StripeOptions.ApiKeySetting);

    /// <summary>The limits that a call to an endpoint counts against: that of the account, and the endpoint's own.</summary>
    /// <param name="endpoint">The endpoint, such as <see cref="Invoices"/>.</param>
    /// <param name="account">What the account is taken to allow; what the settings say when null.</param>
    internal IReadOnlyList<SharedLimit> LimitsOf(string endpoint, RateLimit? account = null) =>
        [account is { } limit ? _account with { Limit = limit } : _account, StripeRateLimitHandler.EndpointLimitOf(_options, endpoint)];

    /// <summary>How much of it all instances together use just now.</summary>
    internal Task<RateLimitUse> AccountUseAsync(CancellationToken cancellationToken) => _limits.UseOfAsync(_account, cancellationToken);

    public void Dispose() => _limits.Dispose();

    private static StripeClient Create(StripeOptions options, StripeLane lane, ShadowGuard handler)
    {
        var apiBase = string.IsNullOrEmpty(options.ApiBase) ? null : options.ApiBase.TrimEnd('/');
        var http = new HttpClient(handler) { Timeout = TimeoutOf(lane) };
        var client = AnswerTimeOf(lane) is null ? new SystemNetHttpClient(http) : new SystemNetHttpClient(http, maxNetworkRetries: 0);
        return new StripeClient(options.ApiKey, httpClient: client, apiBase: apiBase);
    }

    private static TimeSpan? AnswerTimeOf(StripeLane lane) => AnswerTimes.TryGetValue(lane, out var time) ? time : null;

    /// <summary>How long one answer may take, the wait for a permit included, before the SDK tries again. A page of a list is quick or lost; a write may take long.</summary>
    private static TimeSpan TimeoutOf(StripeLane lane) => TimeSpan.FromSeconds(lane == StripeLane.Export ? 10 : 30);
}
