using System.Text.Json.Nodes;

namespace BillingFunctions.Tests.Infra.Checks;

/// <summary>The storage accounts: what the app makes in its own, and nothing else, and nobody gets in with a key.</summary>
internal static class StorageCheck
{
    private const string Services = "Microsoft.Storage/storageAccounts";

    public static IEnumerable<string> Failures(Template main)
    {
        var billing = main.Module("billingStorage");
        return Differences("table", AppFacts.Tables, billing.NamesOf($"{Services}/tableServices/tables"))
            .Concat(Differences("queue", AppFacts.Queues, billing.NamesOf($"{Services}/queueServices/queues")))
            .Concat(Differences("container", AppFacts.Containers, billing.NamesOf($"{Services}/blobServices/containers")))
            .Concat(Accounts(main))
            .Concat(Lifecycle(billing));
    }

    private static IEnumerable<string> Differences(string kind, IReadOnlyList<string> ofTheApp, IReadOnlyList<string> ofTheTemplate) =>
        ofTheApp.Except(ofTheTemplate).Select(name => $"The {kind} {name} of the app is not in the template.")
            .Concat(ofTheTemplate.Except(ofTheApp).Select(name => $"The app has no {kind} {name}."));

    private static IEnumerable<string> Accounts(Template main) =>
        from module in new[] { "hostStorage", "billingStorage" }
        let account = main.Module(module).Resources(Services).Single()["properties"]!
        from wanted in new (string Name, string Value)[] { ("allowSharedKeyAccess", "false"), ("allowBlobPublicAccess", "false"), ("minimumTlsVersion", "TLS1_2"), ("supportsHttpsTrafficOnly", "true") }
        where account[wanted.Name]?.ToString() != wanted.Value
        select $"{module} does not have {wanted.Name} = {wanted.Value}.";

    private static IEnumerable<string> Lifecycle(Template billing)
    {
        var rules = billing.Resources($"{Services}/managementPolicies").Single()["properties"]!["policy"]!["rules"]!.AsArray();
        var prefixes = rules.ToDictionary(rule => rule!, rule => rule!["definition"]!["filters"]!["prefixMatch"]!.AsArray().Select(prefix => ((string)prefix!).TrimEnd('/')).ToList());
        foreach (var container in AppFacts.Containers.Except(prefixes.Values.SelectMany(names => names)))
        {
            yield return $"No lifecycle rule is about {container}.";
        }

        foreach (var (rule, _) in prefixes.Where(rule => rule.Value.Contains("webhook-payloads") && Deletes(rule.Key)))
        {
            yield return $"The lifecycle rule {rule["name"]} deletes payloads to which the inbox refers.";
        }
    }

    private static bool Deletes(JsonNode rule) => rule["definition"]!["actions"]!["baseBlob"]!["delete"] is not null;
}
