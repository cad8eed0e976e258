using System.Text.Json;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost;

/// <summary>
/// The app's settings. As with the real host they are environment variables, which the worker inherits: those of this process win over
/// <c>local.settings.json</c>, and both over what is added for services that nothing names.
/// </summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    private const string HostStorage = "AzureWebJobsStorage";
    private const string AppStorage = "BillingStorage";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>What the host itself sets, for the worker and its own extensions.</summary>
    private static readonly Dictionary<string, string> OfTheHost = new()
    {
        ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
    };

    /// <summary>What every local run has unless it is set; a deployment has these from its template.</summary>
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "210000000",
        ["Invoicing__Schedule"] = "0 0 6 2 * *",
        ["Email__From"] = "billing@example.com",
    };

    /// <summary>Sets the variables of <c>local.settings.json</c> and, unless the app is to have nothing else, the defaults.</summary>
    /// <exception cref="StartupException">The file is not valid JSON.</exception>
    public static void Load(string root, bool addDefaults = true)
    {
        Add(Read(root));
        Add(OfTheHost);
        Add(addDefaults ? Defaults : []);

        // The Durable extension takes this name for Azure's Linux plan and prints its events for Azure's collector.
        Environment.SetEnvironmentVariable("CONTAINER_NAME", null);
    }

    /// <summary>Sets the variables that are not set, or are empty.</summary>
    public static void Add(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach (var (name, value) in settings.Where(setting => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(setting.Key))))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Has the app use the host's storage account, unless it has one of its own.</summary>
    public static void ShareStorage()
    {
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToList();
        if (!variables.Any(name => name.StartsWith(AppStorage, StringComparison.OrdinalIgnoreCase)))
        {
            Add(variables.Where(name => name.StartsWith(HostStorage, StringComparison.OrdinalIgnoreCase))
                .Select(name => KeyValuePair.Create(AppStorage + name[HostStorage.Length..], Environment.GetEnvironmentVariable(name)!)));
        }
    }

    /// <returns>The <c>Values</c> as names of environment variables; empty when there is no file.</returns>
    /// <exception cref="StartupException">The file is not valid JSON.</exception>
    public static IReadOnlyDictionary<string, string> Read(string root)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path))
        {
            return new Dictionary<string, string>();
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

    private static Dictionary<string, string> Values(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Values", out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().ToDictionary(value => value.Name.Replace(":", "__", StringComparison.Ordinal), value => value.Value.ToString())
            : [];
}
