namespace BillingFunctions.Platform.Capabilities;

/// <summary>A part of the app that is off while one of its settings is missing; the others serve. All of them need storage too.</summary>
/// <param name="Name">As <c>/api/health</c> calls it.</param>
/// <param name="Settings">The settings that it needs, such as <c>Stripe__ApiKey</c>.</param>
/// <param name="Scopes">Full names of the namespaces, classes or methods that belong to it.</param>
public sealed record Capability(string Name, IReadOnlyList<string> Settings, IReadOnlyList<string> Scopes)
{
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
