using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Retention;

internal static class RetentionRegistration
{
    /// <summary>Adds the settings. What is removed, the capabilities register as <see cref="IRetention"/>.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services) =>
        services.AddSettings<RetentionOptions, RetentionOptionsValidator>(RetentionOptions.Section).AddSingleton<RetentionLimits>();
}
