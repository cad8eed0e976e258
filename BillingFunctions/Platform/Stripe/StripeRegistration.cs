using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        services.AddSingleton(CreateLimiter);
        services.AddSingleton<StripeClients>();
        return services;
    }

    private static StripeRateLimiter CreateLimiter(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StripeOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        var store = new RateLimitStore(services.GetRequiredService<TableServiceClient>(), AccountOf(options.ApiKey ?? ""));
        var leases = new PermitLeases(store, options.AccountLimit, options.EndpointLimit, time);
        return new StripeRateLimiter(leases, time, services.GetRequiredService<ILogger<StripeRateLimiter>>());
    }

    /// <summary>Names the account by a digest of its key: all instances with that key share the buckets, and no call is spent on asking Stripe.</summary>
    private static string AccountOf(string apiKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)))[..16];
}
