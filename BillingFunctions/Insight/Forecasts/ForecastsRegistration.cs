using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Insight.Forecasts;

internal static class ForecastsRegistration
{
    /// <summary>Adds forecasts of what a load would lead to. After the capabilities that they are about, whose settings they start from.</summary>
    public static IServiceCollection AddForecasts(this IServiceCollection services)
    {
        services.AddCapability("forecasts", [], typeof(ForecastsRegistration).Namespace!);
        services.AddSingleton<ForecastPlanner>();
        return services;
    }
}
