using Azure.Data.Tables;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Telemetry;
using Polly.Timeout;

namespace BillingFunctions.Invoicing.Amounts;

internal static class AmountsRegistration
{
    /// <summary>How long the circuit breaker stays open after too many calls have failed.</summary>
    internal static readonly TimeSpan Break = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take until the whole answer is there.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a lookup waits for a permit. Waiting costs less than putting the message back on the queue; a lookup that would have to wait longer is put back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the client of the amount API.</summary>
    public static void AddAmounts(this IServiceCollection services)
    {
        services.AddSettings<AmountsOptions, AmountsOptionsValidator>(AmountsOptions.Section);
        services.AddTable(SharedRateLimits.Table);
        var client = services.AddHttpClient<AmountClient>((provider, http) =>
        {
            http.BaseAddress = provider.GetRequiredService<IOptions<AmountsOptions>>().Value.Address;
            http.Timeout = System.Threading.Timeout.InfiniteTimeSpan;
        });

        // A redirect would send the customer's id to another server.
        client.UseSocketsHttpHandler((handler, _) => (handler.AllowAutoRedirect, handler.UseCookies) = (false, false)).RemoveAllLoggers();
        client.AddResilienceHandler("amounts", Configure);
        client.AddHttpMessageHandler(() => new AmountBuffer());

        // The outcome of a lookup is logged by its function; the state of the circuit breaker concerns all lookups.
        services.Configure<TelemetryOptions>(telemetry => telemetry.SeverityProvider = @event =>
            @event.Event.EventName.StartsWith("OnCircuit", StringComparison.Ordinal) ? ResilienceEventSeverity.Warning : ResilienceEventSeverity.Debug);
    }

    /// <summary>Without retries, which are left to the queue. The timeout begins after the wait for a permit.</summary>
    private static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder, ResilienceHandlerContext context)
    {
        var options = context.ServiceProvider.GetRequiredService<IOptions<AmountsOptions>>().Value;
        builder.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        var limits = new SharedRateLimits(context.ServiceProvider.GetRequiredService<TableServiceClient>(), options.Address.AbsoluteUri, builder.TimeProvider);
        context.OnPipelineDisposed(limits.Dispose);
        builder
            .AddRateLimiter(limits.For([new SharedLimit("all", options.Limit)], RateLimitLane.Only, Patience))
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = Break,
                ShouldHandle = static async call => call.Outcome.Exception is TimeoutRejectedException or HttpRequestException
                    || (call.Outcome.Result is { } answer && (await AmountReader.ReadAsync(answer, currency: null, call.Context.CancellationToken)).Outcome == AmountOutcome.Failed),
            })
            .AddTimeout(Timeout);
    }
}

/// <summary>Reads the whole answer, so that the timeout and the circuit breaker cover its body too.</summary>
internal sealed class AmountBuffer : DelegatingHandler
{
    /// <summary>In bytes. An answer has two short fields.</summary>
    private const int MaxAnswer = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
