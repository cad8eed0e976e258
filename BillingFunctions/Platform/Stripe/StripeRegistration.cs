using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Stripe;

internal static class StripeRegistration
{
    /// <summary>Adds clients for Stripe that keep its rate limits together with all other instances of the app.</summary>
    public static IServiceCollection AddStripe(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration(StripeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsValidator>();
        services.AddTable(RateLimitStore.Table);
        services.AddSingleton<StripeClients>();
        return services;
    }
}
