using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Stripe;

internal static class StripeRegistration
{
    /// <summary>Adds clients for Stripe that keep its rate limits together with all other instances of the app.</summary>
    public static IServiceCollection AddStripe(this IServiceCollection services)
    {
        services.AddSettings<StripeOptions, StripeOptionsValidator>(StripeOptions.Section);
        services.AddTable(SharedRateLimits.Table);
        services.AddShadowMode();
        services.AddSingleton<StripeClients>();
        services.AddHttpClient(StripeHealthCheck.Name).RemoveAllLoggers();
        services.AddSingleton<StripeHealthCheck>();
        services.AddHealthChecks().AddCheck<StripeHealthCheck>(StripeHealthCheck.Name);
        return services;
    }
}
