using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BillingFunctions.Tests.Infra.Checks;

/// <summary>The roles: the app has these and no others, a deployer only when asked for.</summary>
internal static partial class RolesCheck
{
    private const string Identity = "identityPrincipalId";
    private const string Deployer = "deployerPrincipalId";

    /// <summary>By the vendor's ids of built-in roles.</summary>
    private static readonly (string Scope, string Principal, string Role, string Name)[] Wanted =
    [
        ("hostStorageName", Identity, "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner"),
        ("hostStorageName", Identity, "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor"),
        ("hostStorageName", Identity, "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor"),
        ("billingStorageName", Identity, "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
        ("billingStorageName", Identity, "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor"),
        ("billingStorageName", Identity, "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor"),
        ("insightsName", Identity, "3913510d-42f4-4e42-8a64-420c390055eb", "Monitoring Metrics Publisher"),
        ("vaultName", Identity, "4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"),
        ("billingStorageName", Deployer, "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
        ("billingStorageName", Deployer, "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor"),
        ("billingStorageName", Deployer, "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor"),
        ("vaultName", Deployer, "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer"),
    ];

    public static IEnumerable<string> Failures(Template main)
    {
        var roles = main.Module("roles");
        var found = roles.Resources("Microsoft.Authorization/roleAssignments").SelectMany(assignment => Read(roles, assignment)).ToHashSet();
        foreach (var missing in Wanted.Where(wanted => !found.Remove((wanted.Scope, wanted.Principal, wanted.Role))))
        {
            yield return $"{missing.Principal} does not have the role {missing.Name} on {missing.Scope}.";
        }

        foreach (var (scope, principal, role) in found)
        {
            yield return $"{principal} has the role {role} on {scope}, which nobody needs.";
        }

        foreach (var assignment in roles.Resources("Microsoft.Authorization/roleAssignments").Where(one => PrincipalOf(one) == Deployer && one["condition"] is null))
        {
            yield return $"The deployer has a role on {ScopeOf(assignment)} that cannot be switched off.";
        }
    }

    private static IEnumerable<(string Scope, string Principal, string Role)> Read(Template roles, JsonNode assignment)
    {
        var role = Parameters().Matches((string)assignment["properties"]!["roleDefinitionId"]!)[^1];
        var ids = assignment["copy"] is null ? [roles.Resolve($"[{role.Value}]")] : roles.Values(role.Groups["name"].Value);
        return ids.Select(id => (ScopeOf(assignment), PrincipalOf(assignment), id));
    }

    private static string ScopeOf(JsonNode assignment) => Parameters().Match((string)assignment["scope"]!).Groups["name"].Value;

    private static string PrincipalOf(JsonNode assignment) => Parameters().Match((string)assignment["properties"]!["principalId"]!).Groups["name"].Value;

    [GeneratedRegex(@"(parameters|variables)\('(?<name>\w+)'\)(\.\w+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameters();
}
