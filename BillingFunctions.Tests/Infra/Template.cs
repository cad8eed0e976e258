using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BillingFunctions.Tests.Infra;

/// <summary>A compiled template. Expressions in it are text: only those that these tests need are resolved.</summary>
internal sealed partial class Template(JsonNode root)
{
    /// <summary>The template as JSON, to be read or changed.</summary>
    public JsonNode Root { get; } = root;

    public static Template Parse(string json) => new(JsonNode.Parse(json)!);

    public Template Clone() => new(Root.DeepClone());

    /// <summary>The template of a module, by its name in <c>main.bicep</c>.</summary>
    public Template Module(string name) => new(Root["resources"]![name]!["properties"]!["template"]!);

    public JsonNode Variable(string name) => Root["variables"]![name] ?? throw new KeyNotFoundException($"There is no variable {name}.");

    /// <summary>The strings of a list; references to members of objects are resolved.</summary>
    public IReadOnlyList<string> Values(string variable) => [.. Variable(variable).AsArray().Select(value => Resolve((string)value!))];

    /// <summary>The resources of a type, those of the module itself; existing ones are left out.</summary>
    public IEnumerable<JsonNode> Resources(string type) => All.Where(resource => (string?)resource["type"] == type && resource["existing"] is null);

    /// <summary>The names behind the last slash of all resources of a type.</summary>
    public IReadOnlyList<string> NamesOf(string type) => [.. Resources(type).SelectMany(NamesOf)];

    /// <summary>A reference to a member of an object, such as <c>[variables('roleIds').storageBlobDataOwner]</c>; other text as it is.</summary>
    public string Resolve(string text) => MemberReference().Match(text) is { Success: true } match ? (string)Variable(match.Groups["variable"].Value)[match.Groups["member"].Value]! : text;

    private IEnumerable<JsonNode> All => Root["resources"] switch
    {
        JsonArray list => list.Select(resource => resource!),
        JsonObject named => named.Select(resource => resource.Value!),
        _ => [],
    };

    private IEnumerable<string> NamesOf(JsonNode resource)
    {
        if (CopiedName().Match((string)resource["name"]!) is not { Success: true } match)
        {
            throw new InvalidOperationException($"{resource["name"]} is not a name that the tests can read.");
        }

        var format = match.Groups["format"] is { Success: true } given ? given.Value : "{0}";
        return Values(match.Groups["variable"].Value).Select(value => format.Replace("{0}", value, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\[variables\('(?<variable>\w+)'\)\.(?<member>\w+)\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MemberReference();

    [GeneratedRegex(@", (format\('(?<format>[^']*)', )?variables\('(?<variable>\w+)'\)\[copyIndex\(\)\]\)+\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CopiedName();
}
