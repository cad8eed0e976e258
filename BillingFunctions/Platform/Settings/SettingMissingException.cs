namespace BillingFunctions.Platform.Settings;

/// <summary>Something was asked for that is off, because settings are missing. An HTTP request is answered 503 with their names.</summary>
internal sealed class SettingMissingException(params IReadOnlyList<string> settings)
    : Exception($"{string.Join(", ", settings)} {(settings.Count == 1 ? "is" : "are")} not set.")
{
    public IReadOnlyList<string> Settings => settings;
}
