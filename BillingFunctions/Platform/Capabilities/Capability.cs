using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BillingFunctions.Platform.Capabilities;

/// <summary>A part of the app that is off while one of its settings is missing; the others serve. All of them need storage too.</summary>
/// <param name="Name">As <c>/api/health</c> calls it.</param>
/// <param name="Settings">The settings that it needs, such as <c>Stripe__ApiKey</c>.</param>
/// <param name="Scopes">Full names of the namespaces, classes or methods that belong to it.</param>
public sealed record Capability(string Name, IReadOnlyList<string> Settings, IReadOnlyList<string> Scopes)
{
    /// <summary>Under which name the result of a health check has the settings that are not set.</summary>
    public const string Missing = "missing";

    /// <summary>The result of a health check that found settings missing.</summary>
    internal static HealthCheckResult Lacks(IReadOnlyList<string> settings, HealthStatus status) =>
        new(status, $"Not set: {string.Join(", ", settings)}", data: new Dictionary<string, object> { [Missing] = settings });

    /// <summary>Whether a class or a function's entry point belongs to it.</summary>
    internal bool Covers(string fullName) => Scopes.Any(scope =>
        fullName.StartsWith(scope, StringComparison.Ordinal) && (fullName.Length == scope.Length || fullName[scope.Length] == '.'));
}

/// <summary>Something was asked for that is off, because settings are missing. An HTTP request is answered 503 with their names.</summary>
internal sealed class SettingMissingException(params IReadOnlyList<string> settings)
    : Exception($"{string.Join(", ", settings)} {(settings.Count == 1 ? "is" : "are")} not set.")
{
    public IReadOnlyList<string> Settings => settings;
}
