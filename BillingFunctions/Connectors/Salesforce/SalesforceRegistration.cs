using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace BillingFunctions.Connectors.Salesforce;

internal static class SalesforceRegistration
{
    /// <summary>How long Salesforce has for a whole answer. A call of 200 records takes a few seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Adds the Salesforce connector, which is off while a setting is missing.</summary>
    public static IServiceCollection AddSalesforceConnector(this IServiceCollection services)
    {
        services.AddCapability("connector_salesforce", SalesforceOptions.Required, typeof(SalesforceConnector).Namespace!);
        services.AddSettings<SalesforceOptions, SalesforceOptionsValidator>(SalesforceOptions.Section);
        services.AddTable(SharedRateLimits.Table);
        services.AddShadowMode();
        services.AddConnector<SalesforceConnector>("salesforce");
        services.AddSingleton<SalesforceUsage>();
        services.AddSingleton<SalesforceToken>();
        services.AddSingleton<SalesforceRecords>();
        services.AddSalesforceInbound();
        AddClient(services, services.AddHttpClient(SalesforceToken.Client), "salesforce-token", isLimited: false);
        AddClient(services, services.AddHttpClient<SalesforceClient>().AddHttpMessageHandler<ShadowGuard>(), "salesforce", isLimited: true);
        return services;
    }

    private static void AddClient(IServiceCollection services, IHttpClientBuilder client, string name, bool isLimited)
    {
        client.ConfigureHttpClient((provider, http) =>
        {
            // The connector is there, and says that it is off, without an address too.
            http.BaseAddress = provider.GetRequiredService<IOptions<SalesforceOptions>>().Value.InstanceUrl is { Length: > 0 } address ? new Uri($"{address.TrimEnd('/')}/") : null;
            http.Timeout = System.Threading.Timeout.InfiniteTimeSpan;
        });

        // A redirect would send the token elsewhere.
        client.UseSocketsHttpHandler((handler, _) => (handler.AllowAutoRedirect, handler.UseCookies) = (false, false)).RemoveAllLoggers();
        client.AddResilienceHandler(name, (builder, context) => Configure(builder, context, isLimited));
    }

    /// <summary>No retries: those are the outbox's.</summary>
    private static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder, ResilienceHandlerContext context, bool isLimited)
    {
        builder.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        if (isLimited)
        {
            builder.AddRateLimiter(context.ServiceProvider.GetRequiredService<SalesforceUsage>().Limiter);
        }

        builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = static call => ValueTask.FromResult(call.Outcome.Exception is TimeoutRejectedException or HttpRequestException || (int?)call.Outcome.Result?.StatusCode >= 500),
            })
            .AddTimeout(Timeout);
    }
}
