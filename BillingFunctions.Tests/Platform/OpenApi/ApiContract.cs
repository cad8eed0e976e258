using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace BillingFunctions.Tests.Platform.OpenApi;

/// <summary>An answer of the app.</summary>
/// <param name="Method">The method of the request, upper case.</param>
/// <param name="Url">Where it went.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="MediaType">What the body is, without parameters; empty when there is none.</param>
/// <param name="Body">The body.</param>
internal sealed record ApiCall(string Method, Uri Url, int Status, string MediaType, string Body)
{
    public override string ToString() => $"{Method} {Url.PathAndQuery} {Status} {MediaType}";
}

/// <summary>A path with placeholders.</summary>
internal static partial class ApiPath
{
    /// <summary>The path with the same text in the place of each placeholder.</summary>
    public static string Fill(string path, string text) => Placeholder().Replace(path, text.Replace("$", "$$", StringComparison.Ordinal));

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}

/// <summary>An operation of the document.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">With its placeholders.</param>
/// <param name="Node">What the document says of it.</param>
internal sealed record ApiOperation(string Method, string Path, JsonObject Node)
{
    private readonly Regex _path = new($"^{ApiPath.Fill(Path, "[^/]+")}$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    public string Id => (string)Node["operationId"]!;

    public int Placeholders => Path.Count(letter => letter == '{');

    /// <summary>The schema of a JSON body; null when it takes none.</summary>
    public JsonNode? BodySchema => Node["requestBody"]?["content"]?["application/json"]?["schema"];

    public IEnumerable<JsonNode> Parameters => Node["parameters"]?.AsArray().OfType<JsonNode>() ?? [];

    public bool Matches(string method, string path) => method == Method && _path.IsMatch(path);

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The document, as something that answers can be held against.</summary>
internal sealed class ApiContract
{
    private const string Components = "#/components/schemas/";

    /// <summary>What any route may answer, and no route lists: <c>default</c> stands for it.</summary>
    private static readonly int[] Undeclared = [413, 415, 500, 502, 503];

    private static readonly EvaluationOptions Evaluation = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = [];
    private readonly JsonObject _definitions;

    public ApiContract(string json)
    {
        Document = JsonNode.Parse(json)!.AsObject();
        Operations =
        [
            .. Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
                .Select(operation => new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()))),
        ];
        _definitions = JsonNode.Parse(Document["components"]!["schemas"]!.ToJsonString().Replace(Components, "#/$defs/", StringComparison.Ordinal))!.AsObject();
        foreach (var schema in _definitions.Select(definition => definition.Value!))
        {
            Close(schema);
        }
    }

    public JsonObject Document { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public IReadOnlyDictionary<string, JsonNode> Schemas => Document["components"]!["schemas"]!.AsObject().ToDictionary(schema => schema.Key, schema => schema.Value!);

    /// <summary>The operation that a request means: of several the one with the fewest placeholders, as the router has it.</summary>
    public ApiOperation? Find(string method, string path) => Operations.Where(operation => operation.Matches(method, path)).MinBy(operation => operation.Placeholders);

    /// <summary>The properties of a schema, which may be a reference.</summary>
    public IReadOnlyList<string> PropertiesOf(JsonNode schema) =>
        [.. ((string?)schema["$ref"] is { } reference ? Document["components"]!["schemas"]![reference[Components.Length..]]! : schema)["properties"]!.AsObject().Select(property => property.Key)];

    /// <summary>Where an answer is not as the document says; none when it is.</summary>
    public IReadOnlyList<string> BreachesOf(ApiCall call)
    {
        if (Find(call.Method, call.Url.AbsolutePath) is not { } operation)
        {
            return [$"{call}: there is no such operation"];
        }

        var responses = operation.Node["responses"]!.AsObject();
        if ((responses[$"{call.Status}"] ?? (Undeclared.Contains(call.Status) ? responses["default"] : null)) is not { } response)
        {
            return [$"{call}: the status is not described"];
        }

        if (response["content"] is not JsonObject content)
        {
            return call.Body.Length == 0 ? [] : [$"{call}: no body is described"];
        }

        if (content[call.MediaType]?["schema"] is not { } schema)
        {
            return [$"{call}: the media type is not described"];
        }

        return call.MediaType.EndsWith("json", StringComparison.Ordinal) ? [.. ErrorsOf(schema, call.Body).Select(error => $"{call}: {error}")] : [];
    }

    /// <summary>What a schema has against a value.</summary>
    public IReadOnlyList<string> ErrorsOf(JsonNode schema, string json)
    {
        var result = _schemas.GetOrAdd(schema.ToJsonString(), Compile).Evaluate(JsonDocument.Parse(json).RootElement, Evaluation);
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is { Count: > 0 }).Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}").Append("not valid").Distinct()];
    }

    private JsonSchema Compile(string schema)
    {
        var rooted = JsonNode.Parse(schema.Replace(Components, "#/$defs/", StringComparison.Ordinal))!.AsObject();
        rooted["$defs"] = _definitions.DeepClone();
        return JsonSchema.FromText(rooted.ToJsonString());
    }

    /// <summary>The document leaves room for fields to come. Here each that is not described is a breach.</summary>
    private static void Close(JsonNode schema)
    {
        if (schema["properties"] is JsonObject)
        {
            schema["additionalProperties"] = false;
        }
    }
}
