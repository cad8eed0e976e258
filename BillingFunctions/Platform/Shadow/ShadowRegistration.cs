using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Shadow;

internal static class ShadowRegistration
{
    /// <summary>Adds what the ways out of the app need to be in shadow mode. Each of them calls this; it is done once.</summary>
    public static IServiceCollection AddShadowMode(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ShadowMode)))
        {
            return services;
        }

        services.AddSettings<ShadowOptions, ShadowOptionsValidator>(ShadowOptions.Section);
        services.AddTable(ShadowActions.Table);
        services.AddSingleton<ShadowActions>();
        services.AddSingleton<ShadowMode>();
        services.AddTransient<ShadowGuard>();
        return services;
    }

    /// <summary>Adds the check that a storage account is used in one mode, behind <c>AddStorage</c>, and the retention.</summary>
    public static IServiceCollection AddShadow(this IServiceCollection services)
    {
        services.AddShadowMode();
        services.AddTable(StorageMode.Table);
        services.AddHostedService<StorageMode>();
        services.AddSingleton<IRetention, ShadowRetention>();
        return services;
    }
}
