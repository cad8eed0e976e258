using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Platform.OpenApi;

namespace BillingFunctions.Tests.Hostile;

/// <summary>Requests to the routes of the API's own description, each with something that should not be there.</summary>
internal sealed partial class HostileRequests(ApiContract contract, int seed)
{
    private static readonly string[] MediaTypes = ["application/json", "text/csv", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/xml", "application/octet-stream", "text/csv; charset=utf-7", "application/json; charset=utf-16"];
    private static readonly string[] Headers = ["Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Accept-Encoding", "Stripe-Signature", "X-Billing-Signature", "X-Forwarded-For", "traceparent", "Cookie", "Range", "Prefer", "X-MS-CLIENT-PRINCIPAL"];

    private readonly HostileValues _values = new(seed);
    private readonly IReadOnlyList<LoadEvent> _events = [.. EventLoad.Generate(5, TimeProvider.System.GetUtcNow())];

    public HttpRequestMessage Next()
    {
        var operation = _values.Pick(contract.Operations);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(PathOf(operation) + QueryOf(operation), UriKind.Relative));
        if (_values.Next(3) == 0)
        {
            var text = _values.ShortText();
            request.Headers.TryAddWithoutValidation(_values.Pick(Headers), text.Any(char.IsControl) || !Ascii.IsValid(text) ? "x" : text);
        }

        if (operation.Method is "POST" or "PUT" or "PATCH" or "DELETE" && _values.Next(10) > 0)
        {
            AddBody(request, BodyOf(operation));
        }

        if (operation.Path.Contains("webhooks/stripe", StringComparison.Ordinal))
        {
            return Signed();
        }

        return request;
    }

    /// <summary>An event with the right signature and a wrong content: whoever has the secret may be broken too.</summary>
    private HttpRequestMessage Signed()
    {
        var payload = JsonNode.Parse(_values.Pick(_events).Json)!;
        Mutate(payload);
        return WebhookRequestBuilder.Signed(_values.Next(4) == 0 ? Encoding.UTF8.GetString(_values.Spoil(Bytes(payload))) : payload.ToJsonString());
    }

    private string PathOf(ApiOperation operation) => Placeholder().Replace(operation.Path[1..], placeholder =>
        _values.Next(3) == 0 && SampleOf(operation, placeholder.Groups["name"].Value) is { } sample ? Uri.EscapeDataString(sample) : EscapedSegment());

    private string QueryOf(ApiOperation operation)
    {
        var names = operation.Parameters.Where(parameter => (string?)parameter["in"] == "query").Select(parameter => (string)parameter["name"]!).ToList();
        var given = names.Where(_ => _values.Next(3) == 0).ToList();
        if (_values.Next(8) == 0)
        {
            given.AddRange([_values.Pick(["limit", "cursor", "unknown", "", "a[b]", "limit"])]);
        }

        return given.Count == 0 ? "" : "?" + string.Join('&', given.Select(name => $"{Escape(name)}={(_values.Next(2) == 0 && SampleOf(operation, name) is { } sample ? Escape(sample) : Escape(_values.ShortText()))}"));
    }

    private byte[] BodyOf(ApiOperation operation)
    {
        var body = operation.BodySchema is { } schema ? SampleOf(schema, 0) : new JsonObject { ["a"] = 1 };
        for (var times = _values.Next(3); times >= 0; times--)
        {
            Mutate(body);
        }

        return _values.Next(5) == 0 ? _values.Spoil(Bytes(body)) : Bytes(body);
    }

    private void AddBody(HttpRequestMessage request, byte[] body)
    {
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = _values.Next(4) == 0 ? MediaTypeHeaderValue.Parse(_values.Pick(MediaTypes)) : new MediaTypeHeaderValue("application/json");
    }

    /// <summary>Puts something else in the place of some value, or a field that nobody knows.</summary>
    private void Mutate(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } fields:
                var (name, value) = fields.ElementAt(_values.Next(fields.Count));
                if (value is JsonObject or JsonArray && _values.Next(2) == 0)
                {
                    Mutate(value);
                }
                else
                {
                    fields[_values.Next(10) == 0 ? _values.Text() : name] = _values.Json();
                }

                break;
            case JsonArray { Count: > 0 } items:
                var at = _values.Next(items.Count);
                if (items[at] is JsonObject or JsonArray && _values.Next(2) == 0)
                {
                    Mutate(items[at]);
                }
                else
                {
                    items[at] = _values.Json();
                }

                break;
        }
    }

    private JsonNode? SampleOf(JsonNode schema, int depth)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            schema = contract.Schemas[reference[(reference.LastIndexOf('/') + 1)..]];
        }

        var sample = schema["example"] ?? schema["examples"]?.AsArray().FirstOrDefault();
        return sample is not null || depth > 4 ? sample?.DeepClone()
            : schema["properties"] is JsonObject properties ? new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, SampleOf(property.Value!, depth + 1))))
            : schema["items"] is { } items ? new JsonArray(SampleOf(items, depth + 1))
            : schema["oneOf"]?.AsArray().OfType<JsonNode>().Select(one => SampleOf(one, depth + 1)).FirstOrDefault(one => one is not null);
    }

    private static string? SampleOf(ApiOperation operation, string name) =>
        operation.Parameters.FirstOrDefault(parameter => (string?)parameter["name"] == name) is { } parameter ? (parameter["example"] ?? parameter["schema"]?["example"])?.ToString() : null;

    private static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");

    /// <summary>Neither empty nor dots, which would lead to another route.</summary>
    private string EscapedSegment() => Escape(_values.ShortText()) is { Length: > 0 } text && text.Trim('.').Length > 0 ? text : "x";

    private static string Escape(string text) => Uri.EscapeDataString(text.Length > 2_000 ? text[..2_000] : text);

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
