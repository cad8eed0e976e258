using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>
/// Asks at most once a minute whether Stripe answers: any HTTP answer will do, so the request has no key and counts against no limit. Degraded when it does not: the app
/// takes in what it gets all the same, and a restart would not help.
/// </summary>
internal sealed class StripeHealthCheck(IHttpClientFactory clients, IOptions<StripeOptions> options, TimeProvider time) : IHealthCheck, IDisposable
{
    public const string Name = "stripe";

    /// <summary>Under which name a result has when it was found out.</summary>
    public const string CheckedAt = "checked_at";

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _asking = new(1);
    private (HealthCheckResult Result, DateTimeOffset At)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_last is not { } last || now - last.At >= GoodFor)
            {
                last = (await AskAsync(now, cancellationToken), now);
                _last = last;
            }

            return last.Result;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<HealthCheckResult> AskAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var data = new Dictionary<string, object> { [CheckedAt] = now };
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var address = options.Value.ApiBase is { Length: > 0 } other ? other : StripeClient.DefaultApiBase;
            using var answer = await clients.CreateClient(Name).GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, either.Token);
            return HealthCheckResult.Healthy(data: data);
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded(data: data);
        }
    }
}
