using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Platform.Capabilities;

internal static class CapabilitiesRegistration
{
    /// <summary>Has capabilities whose settings are missing switched off. After <c>AddHttp</c>, which turns the refusals into problems.</summary>
    public static FunctionsApplicationBuilder AddCapabilities(this FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<CapabilityMiddleware>();
        builder.Services.AddSingleton<IFunctionMetadataTransformer, AvailableFunctions>();
        builder.Services.AddSingleton<CapabilityStates>();
        return builder;
    }

    /// <summary>Adds a capability, and the health check of that name: degraded when it is off.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">As <c>/api/health</c> calls it.</param>
    /// <param name="settings">The settings that it needs.</param>
    /// <param name="scopes">Full names of the namespaces, classes or methods that belong to it.</param>
    public static IServiceCollection AddCapability(this IServiceCollection services, string name, string[] settings, params string[] scopes) =>
        services.AddSingleton(new Capability(name, settings, scopes)).AddHealthChecks()
            .Add(new HealthCheckRegistration(name, provider => new CapabilityHealthCheck(provider.GetRequiredService<CapabilityStates>()), failureStatus: null, tags: null))
            .Services;
}
