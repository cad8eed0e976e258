using System.Text.Json.Nodes;
using BillingFunctions.Tests.Architecture;

namespace BillingFunctions.Tests.Infra.Checks;

/// <summary>The site, and that nothing reached over the network lets somebody in with a password or goes unwatched.</summary>
internal static class SiteCheck
{
    public static IEnumerable<string> Failures(Template main)
    {
        var site = main.Module("site").Resources("Microsoft.Web/sites").Single();
        var properties = site["properties"]!;
        var config = properties["functionAppConfig"]!;
        var hostJson = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")))!;
        (string What, bool Holds)[] rules =
        [
            ("The site is not a function app on Linux.", (string?)site["kind"] == "functionapp,linux"),
            ("The site has another identity than the user-assigned one.", (string?)site["identity"]!["type"] == "UserAssigned"),
            ("The site does not read the vault with its identity.", (string?)properties["keyVaultReferenceIdentity"] == "[parameters('identityId')]"),
            ("The runtime is not .NET 10, isolated.", $"{config["runtime"]!["name"]} {config["runtime"]!["version"]}" == "dotnet-isolated 10.0"),
            ("The package is not read with the identity.", (string?)config["deployment"]!["storage"]!["authentication"]!["type"] == "UserAssignedIdentity"),
            ("An instance takes more or fewer requests at once than host.json says.", (int?)main.Module("site").Root["parameters"]!["httpConcurrency"]!["defaultValue"] == (int?)hostJson["extensions"]!["http"]!["maxConcurrentRequests"]),
            ("No instance is always ready for HTTP and Durable.", ((string?)config["scaleAndConcurrency"]!["alwaysReady"])?.Contains("'http', 'instanceCount', 1), createObject('name', 'durable'", StringComparison.Ordinal) == true),
            ("A certificate is only asked for.", (string?)properties["clientCertMode"] == "Required" && ((string?)properties["clientCertExclusionPaths"])?.Contains("pathsWithoutCertificate", StringComparison.Ordinal) == true),
            ("The site answers without TLS.", properties["httpsOnly"]?.ToString() == "true"),
            ("FTP or the deployment site takes a password.", main.Module("site").Resources("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count(policy => policy["properties"]!["allow"]!.ToString() == "false") == 2),
            ("The vault is not protected by roles.", Properties(main, "vault", "Microsoft.KeyVault/vaults")["enableRbacAuthorization"]?.ToString() == "true"),
            ("A deleted vault can be purged.", Properties(main, "vault", "Microsoft.KeyVault/vaults")["enablePurgeProtection"]?.ToString() == "true"),
            ("Telemetry is taken without an identity.", Properties(main, "monitoring", "Microsoft.Insights/components")["DisableLocalAuth"]?.ToString() == "true"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => rule.What)
            .Concat(new[] { "site", "vault", "billingStorage" }.Where(module => !main.Module(module).Resources("Microsoft.Insights/diagnosticSettings").Any()).Select(module => $"{module} has no diagnostic settings."))
            .Concat(new[] { "network", "endpoints", "budget" }.Where(module => main.Root["resources"]![module]?["condition"] is null).Select(module => $"{module} cannot be switched off, or is not there."))
            .Concat(Certificates(main.Module("site")))
            .Concat(Outputs(main));
    }

    private static JsonNode Properties(Template main, string module, string type) => main.Module(module).Resources(type).Single()["properties"]!;

    /// <summary>App Service takes paths out of its demand, not into it.</summary>
    private static IEnumerable<string> Certificates(Template site)
    {
        const string Demanding = "/api/webhooks/salesforce";
        var without = site.Values("pathsWithoutCertificate");
        return AppFacts.Routes.Where(route => (route == Demanding) == without.Any(path => route.StartsWith(path, StringComparison.Ordinal)))
            .Select(route => route == Demanding ? $"{route} demands no certificate." : $"{route} demands a certificate.");
    }

    private static IEnumerable<string> Outputs(Template main)
    {
        string[] wanted =
        [
            "AZURE_LOCATION", "AZURE_TENANT_ID", "AZURE_RESOURCE_GROUP", "AZURE_FUNCTION_NAME", "AZURE_KEY_VAULT_NAME", "SERVICE_API_NAME", "BILLING_BUDGET_START",
            "BILLING_DASHBOARD_ADDRESS", "BILLING_STORAGE_NAME", "BILLING_WEBHOOK_ADDRESS", "BILLING_WORKBOOK_ID",
        ];
        return wanted.Except(main.Root["outputs"]!.AsObject().Select(output => output.Key)).Select(missing => $"There is no output {missing}.");
    }
}
