using System.Text.Json.Nodes;
using BillingFunctions.Tests.Architecture;
using BillingFunctions.Tests.Infra.Checks;

namespace BillingFunctions.Tests.Infra;

/// <summary>What the templates promise, on the JSON that Azure gets; and that a change which breaks a promise is noticed.</summary>
public sealed class TemplateTests(TemplateFixture fixture) : IClassFixture<TemplateFixture>
{
    /// <summary>A change of the template, and what is said about it.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "a role of the host is taken away", "does not have the role Storage Blob Data Owner on hostStorageName" },
        { "a role of the app is taken away", "does not have the role Key Vault Secrets User on vaultName" },
        { "the app gets a role too many", "which nobody needs" },
        { "a deployer's role cannot be switched off", "cannot be switched off" },
        { "a setting is taken away", "The setting Invoicing__Schedule of the app is not in the template" },
        { "a setting is misspelt", "The app has no setting Sync__Modus" },
        { "a connection loses an address", "lack 'BillingStorage__queueServiceUri'" },
        { "a secret gets a default", "The secret Stripe__ApiKey has a default" },
        { "a key is put out", "gives a secret" },
        { "a queue is taken away", "The queue stripe-events of the app is not in the template" },
        { "a poison queue is taken away", "The queue stripe-events-poison of the app is not in the template" },
        { "a table is added", "The app has no table Invoices" },
        { "a container is renamed", "The container uploads of the app is not in the template" },
        { "storage takes keys", "billingStorage does not have allowSharedKeyAccess = false" },
        { "payloads are deleted", "deletes payloads to which the inbox refers" },
        { "an alert's metric is renamed", "The alert sweeper-silent asks for a metric that the app does not have: billing.sweep.length" },
        { "an alert's line is reworded", "The alert failed-jobs asks for a line of the log that the app does not have" },
        { "an alert's route is old", "The alert webhook-failures asks for a route that the app does not have" },
        { "an alert asks for anything", "The alert rejected-transitions asks for nothing of the app" },
        { "an alert is taken away", "There is no alert health-failing" },
        { "alerts tell nobody", "The alerts tell nobody" },
        { "a panel's queue is renamed", "The panel queues asks for a metric that the app does not have" },
        { "the runtime is an older one", "The runtime is not .NET 10" },
        { "more requests an instance", "than host.json says" },
        { "a route is not taken out", "/api/webhooks/stripe demands a certificate" },
    };

    [Fact]
    public void Template_AsItIs_KeepsItsPromises() => Assert.Empty(Failures(fixture.Template));

    [Fact]
    public void Parameters_OfTheFile_AreThoseOfTheTemplate() => Assert.Empty(
        SettingsCheck.ParameterFailures(fixture.Template, JsonNode.Parse(File.ReadAllText(Path.Combine(Bicep.Folder, "main.parameters.json")))!));

    /// <summary>Who is woken by an alert looks for its name in the runbook.</summary>
    [Fact]
    public void Alerts_All_HaveAnEntryInTheRunbook()
    {
        var headings = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md")).Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]);

        Assert.Subset(headings.ToHashSet(), QueriesCheck.DisplayNames(fixture.Template).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Template_Changed_IsNoticed(string change, string said)
    {
        var template = fixture.Template.Clone();

        Apply(change, template);

        Assert.Contains(Failures(template), failure => failure.Contains(said, StringComparison.Ordinal));
    }

    private static List<string> Failures(Template main) =>
    [
        .. SettingsCheck.Failures(main), .. SettingsCheck.SecretFailures(main), .. StorageCheck.Failures(main), .. RolesCheck.Failures(main), .. QueriesCheck.Failures(main), .. SiteCheck.Failures(main),
    ];

    private static void Apply(string change, Template main)
    {
        var (site, storage, roles, alerts) = (main.Module("site"), main.Module("billingStorage"), main.Module("roles"), main.Module("alerts"));
        Action apply = change switch
        {
            "a role of the host is taken away" => () => roles.Variable("hostStorageRoles").AsArray().RemoveAt(0),
            "a role of the app is taken away" => () => roles.Root["resources"]!.AsArray().RemoveAt(2),
            "the app gets a role too many" => () => roles.Variable("billingStorageRoles").AsArray().Add("[variables('roleIds').storageBlobDataOwner]"),
            "a deployer's role cannot be switched off" => () => roles.Root["resources"]![5]!.AsObject().Remove("condition"),
            "a setting is taken away" => () => site.Variable("defaultSettings").AsObject().Remove("Invoicing__Schedule"),
            "a setting is misspelt" => () => site.Variable("defaultSettings")["Sync__Modus"] = "adaptive",
            "a connection loses an address" => () => Edit(site.Resources("Microsoft.Web/sites/config").Single(), "properties", "BillingStorage__queueServiceUri", "BillingStorage__queues"),
            "a secret gets a default" => () => site.Variable("defaultSettings")["Stripe__ApiKey"] = "none",
            "a key is put out" => () => main.Root["outputs"]!["KEY"] = new JsonObject { ["type"] = "string", ["value"] = "[listKeys('account', '2024-01-01').keys[0].value]" },
            "a queue is taken away" => () => Remove(storage.Variable("queues"), "stripe-events"),
            "a poison queue is taken away" => () => storage.Root["resources"]!.AsArray().RemoveAt(5),
            "a table is added" => () => storage.Variable("tables").AsArray().Add("Invoices"),
            "a container is renamed" => () => storage.Variable("containers")[1] = "files",
            "storage takes keys" => () => storage.Root["resources"]![0]!["properties"]!["allowSharedKeyAccess"] = true,
            "payloads are deleted" => () => storage.Resources("Microsoft.Storage/storageAccounts/managementPolicies").Single()["properties"]!["policy"]!["rules"]![0]!["definition"]!["filters"]!["prefixMatch"]!.AsArray().Add("webhook-payloads/"),
            "an alert's metric is renamed" => () => Edit(Alert(alerts, "sweeper-silent"), "query", "billing.sweep.duration", "billing.sweep.length"),
            "an alert's line is reworded" => () => Edit(Alert(alerts, "failed-jobs"), "query", "The lookup for customer", "The lookup of customer"),
            "an alert's route is old" => () => Edit(Alert(alerts, "webhook-failures"), "query", "/api/webhooks/stripe", "/api/stripe"),
            "an alert asks for anything" => () => Alert(alerts, "rejected-transitions")["query"] = "AppTraces | where SeverityLevel >= 3",
            "an alert is taken away" => () => alerts.Variable("alerts").AsArray().Remove(Alert(alerts, "health-failing")),
            "alerts tell nobody" => () => alerts.Root["resources"]![1]!["properties"]!["actions"]!["actionGroups"]!.AsArray().Clear(),
            "a panel's queue is renamed" => () => Edit(main.Module("workbook").Root["variables"]!, "$fxv#0", "billing.queue.messages", "billing.queue.length"),
            "the runtime is an older one" => () => site.Resources("Microsoft.Web/sites").Single()["properties"]!["functionAppConfig"]!["runtime"]!["version"] = "8.0",
            "more requests an instance" => () => site.Root["parameters"]!["httpConcurrency"]!["defaultValue"] = 1000,
            "a route is not taken out" => () => Remove(site.Variable("pathsWithoutCertificate"), "/api/webhooks/stripe"),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "There is no such change."),
        };
        apply();
    }

    private static JsonNode Alert(Template alerts, string name) => alerts.Variable("alerts").AsArray().Single(alert => (string?)alert!["name"] == name)!;

    private static void Remove(JsonNode list, string value) => list.AsArray().RemoveAt(list.AsArray().Select(item => (string)item!).ToList().IndexOf(value));

    private static void Edit(JsonNode node, string property, string from, string to)
    {
        var text = (string)node[property]!;
        Assert.Contains(from, text, StringComparison.Ordinal);
        node[property] = text.Replace(from, to, StringComparison.Ordinal);
    }
}
