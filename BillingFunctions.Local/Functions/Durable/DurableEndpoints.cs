using BillingFunctions.Local.DurableTask;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>The management API of orchestrations, for apps that have any. As it needs a system key in Azure, it needs the master key here.</summary>
internal static class DurableEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        if (services.GetRequiredService<FunctionCatalog>().TriggeredBy<OrchestrationTriggerAttribute>().Any())
        {
            endpoints.MapDurableManagement(services.GetRequiredService<DurableEngine>()).WithMetadata(new RequiredKey(AuthorizationLevel.System));
        }
    }
}
