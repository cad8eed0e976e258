using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BillingFunctions.Tests.Infra.Checks;

/// <summary>The app's settings: all that the code reads, none that it does not, and no secret among them.</summary>
internal static partial class SettingsCheck
{
    /// <summary>What the host and the SDKs read, and no option of ours.</summary>
    private static readonly string[] Platform =
    [
        .. from connection in new[] { "AzureWebJobsStorage", "BillingStorage" }
           from part in new[] { "blobServiceUri", "queueServiceUri", "tableServiceUri", "credential", "clientId" }
           select $"{connection}__{part}",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AZURE_CLIENT_ID",
    ];

    public static IEnumerable<string> Failures(Template main)
    {
        var site = main.Module("site");
        var (defaults, secrets) = (site.Variable("defaultSettings").AsObject(), main.Values("secretSettings"));
        var named = defaults.Select(setting => setting.Key).Concat(secrets).ToList();
        foreach (var missing in AppFacts.Settings.Append("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT").Except(named))
        {
            yield return $"The setting {missing} of the app is not in the template.";
        }

        foreach (var unknown in named.Except(AppFacts.Settings).Where(name => name != "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT" && !AppFacts.OpenSettings.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            yield return $"The app has no setting {unknown}.";
        }

        foreach (var secret in secrets.Where(secret => (string?)defaults[secret] is { Length: > 0 }))
        {
            yield return $"The secret {secret} has a default.";
        }

        var whole = site.Resources("Microsoft.Web/sites/config").Select(config => (string)config["properties"]!).Single();
        foreach (var part in Platform.Select(name => $"'{name}'").Append("variables('defaultSettings')").Append("parameters('settings')").Append("variables('secretReferences')"))
        {
            if (!whole.Contains(part, StringComparison.Ordinal))
            {
                yield return $"The settings of the site lack {part}.";
            }
        }

        if (!((string)site.Variable("secretReferences")!).Contains("@Microsoft.KeyVault(SecretUri=", StringComparison.Ordinal))
        {
            yield return "Secrets are not references to the vault.";
        }
    }

    /// <summary>Functions of the template language that give keys, and what looks like a secret, anywhere in the template.</summary>
    public static IEnumerable<string> SecretFailures(Template main) => main.Root.ToJsonString() is var text
        ? Secret().Matches(text).Select(match => $"The template has {match.Value}, which is or gives a secret.")
        : [];

    /// <summary>The file with parameters gives what the template needs, and nothing else.</summary>
    public static IEnumerable<string> ParameterFailures(Template main, JsonNode file)
    {
        var (wanted, given) = (main.Root["parameters"]!.AsObject(), file["parameters"]!.AsObject());
        foreach (var missing in wanted.Select(parameter => parameter.Key).Except(given.Select(parameter => parameter.Key)).Where(name => name != "thisMonth"))
        {
            yield return $"main.parameters.json lacks {missing}.";
        }

        foreach (var unknown in given.Select(parameter => parameter.Key).Except(wanted.Select(parameter => parameter.Key)))
        {
            yield return $"main.bicep has no parameter {unknown}.";
        }
    }

    [GeneratedRegex(@"\blist(Keys|AccountSas|ServiceSas|Secrets)\b|AccountKey=|SharedAccessSignature|\b(sk|rk)_(live|test)_\w+|whsec_\w+|""securestring""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
