using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Exports;

internal static class ExportsRegistration
{
    /// <summary>Adds the customer export.</summary>
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddCapability("exports", [StripeOptions.ApiKeySetting], typeof(ExportsRegistration).Namespace!);
        services.AddContainer("exports");
        services.AddRuns<ExportRun>();
        services.AddSingleton<ExportRuns>();
        services.AddSingleton<StretchProgressStore>();
        services.AddSingleton<ExportTargetLock>();
        services.AddSingleton<ExportPublisher>();
        services.AddSingleton<ExportNotifier>();
        services.AddSingleton<ExportResume>();
        services.AddSingleton<ExportStarter>();
        services.AddSingleton<IRetention, ExportRetention>();
        return services;
    }
}
