using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Operations;

internal static class OperationsRegistration
{
    /// <summary>Adds the failed jobs' routes and the sweep timer. <c>/api/health</c> and <c>/api/openapi.json</c> belong to no capability: they answer always.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddCapability("operations", [], typeof(FailedJobsFunctions).FullName!, typeof(SweepFunction).FullName!);
        services.AddSingleton<ISweeper, QueueGauges>();
        return services;
    }
}
