using System.Collections.Concurrent;
using BillingFunctions.Platform.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BillingFunctions.Platform.Capabilities;

/// <summary>Which capabilities are on. Settings are read once: a change of one restarts the app.</summary>
public sealed class CapabilityStates(IEnumerable<Capability> capabilities, IConfiguration configuration)
{
    private readonly IReadOnlyList<(Capability Capability, IReadOnlyList<string> Missing)> _states =
        [.. capabilities.Select(capability => (capability, MissingOf(capability, configuration)))];

    /// <summary>By name: each call of a function asks.</summary>
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _missing = new(StringComparer.Ordinal);

    /// <summary>Each capability with the settings that it lacks; none when it is on.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> MissingByName => _states.ToDictionary(state => state.Capability.Name, state => state.Missing);

    /// <summary>The settings without which a function or class must not run; none when it may.</summary>
    /// <param name="fullName">The full name of a class, or the entry point of a function.</param>
    internal IReadOnlyList<string> MissingFor(string fullName) => _missing.GetOrAdd(
        fullName, name => [.. _states.Where(state => state.Capability.Covers(name)).SelectMany(state => state.Missing).Distinct()]);

    /// <summary>Whether the class may run.</summary>
    internal bool IsOn(Type type) => MissingFor(type.FullName!).Count == 0;

    private static IReadOnlyList<string> MissingOf(Capability capability, IConfiguration configuration) =>
        [.. StorageConnection.MissingIn(configuration), .. capability.Settings.Where(setting => string.IsNullOrWhiteSpace(configuration[setting.Replace("__", ":", StringComparison.Ordinal)]))];
}

/// <summary>Tells whether the capability that the check is named for is on.</summary>
internal sealed class CapabilityHealthCheck(CapabilityStates capabilities) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var missing = capabilities.MissingByName[context.Registration.Name];
        return Task.FromResult(missing.Count == 0 ? HealthCheckResult.Healthy() : Capability.Lacks(missing, HealthStatus.Degraded));
    }
}

/// <summary>
/// Refuses HTTP requests to a capability that is off, before its function is made. Queue and timer functions of such a capability are not there at all
/// (<see cref="AvailableFunctions"/>); orchestrations and activities that were under way run, and fail with the setting's name if they need it.
/// </summary>
internal sealed class CapabilityMiddleware(CapabilityStates capabilities) : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var missing = context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "httpTrigger")
            ? capabilities.MissingFor(context.FunctionDefinition.EntryPoint)
            : [];
        return missing.Count == 0 ? next(context) : throw new SettingMissingException(missing);
    }
}
