using BillingFunctions.Insight.Shadow.Comparisons;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Insight.Shadow;

internal static class ShadowReportsRegistration
{
    /// <summary>Adds the lists of what shadow mode has recorded, and its comparison with another system. They answer in ordinary operation too, when nothing is recorded.</summary>
    public static IServiceCollection AddShadowReports(this IServiceCollection services)
    {
        services.AddCapability("shadow_reports", [], typeof(ShadowReportsRegistration).Namespace!);
        services.AddShadowMode();
        services.AddTable(ComparisonStore.Table);
        services.AddSingleton<ComparisonStore>();
        services.AddSingleton<CompareActions>();
        services.AddSingleton<IRetention, ComparisonRetention>();
        return services;
    }
}
