using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.LocalHost;

/// <summary>
/// The settings of a run: those of <c>local.settings.json</c>, a flat list named as in the environment, then the environment's and the
/// command line's. A test has only the ones that it brings itself, so that no machine's settings get into it.
/// </summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static void Add(ConfigurationManager configuration, LaunchOptions launch, LocalRun run)
    {
        if (run.IsProgram)
        {
            configuration.AddInMemoryCollection(Read(run.Root));
            configuration.AddEnvironmentVariables("AZURE_FUNCTIONS_");
            configuration.AddEnvironmentVariables();
        }

        configuration.AddCommandLine([.. launch.Rest]);
        configuration.AddInMemoryCollection(run.Settings);
    }

    /// <returns>The <c>Values</c> by configuration key; empty when there is no file.</returns>
    /// <exception cref="StartupException">The file is not valid JSON.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string root)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path))
        {
            return new Dictionary<string, string?>();
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Values(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new StartupException($"{path} is not valid: {exception.Message}", exception);
        }
    }

    private static Dictionary<string, string?> Values(JsonElement root)
        => root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Values", out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().ToDictionary(
                value => value.Name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
                value => (string?)value.Value.ToString(),
                StringComparer.OrdinalIgnoreCase)
            : [];
}
