using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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

    /// <summary>Binds settings, and stops the app when a value is not allowed.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">What the names of the settings begin with, before <c>__</c>.</param>
    public static IServiceCollection AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
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
