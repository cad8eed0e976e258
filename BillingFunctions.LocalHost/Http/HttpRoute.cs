using System.Text.Json;
using BillingFunctions.LocalHost.Triggers;

namespace BillingFunctions.LocalHost.Http;

/// <summary>Where an HTTP function is reached.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Parameter">The name of its trigger.</param>
/// <param name="Template">The route with its prefix, without a slash in front.</param>
/// <param name="Methods">In upper case; empty for any.</param>
/// <param name="NeedsKey">Whether its authorization level is another than anonymous.</param>
internal sealed record HttpRoute(string Function, string Parameter, string Template, IReadOnlyList<string> Methods, bool NeedsKey)
{
    public static HttpRoute From(FunctionDefinition function, string prefix)
    {
        var trigger = function.Trigger;
        var route = trigger.Text("route") is { Length: > 0 } given ? given : function.Name;
        var methods = trigger.Json.TryGetProperty("methods", out var verbs) && verbs.ValueKind == JsonValueKind.Array
            ? verbs.EnumerateArray().Select(verb => verb.GetString()!.ToUpperInvariant())
            : [];
        return new HttpRoute(
            function.Name,
            trigger.Name,
            prefix.Length == 0 ? route : $"{prefix}/{route}",
            [.. methods],
            !trigger.Text("authLevel").Equals("Anonymous", StringComparison.OrdinalIgnoreCase));
    }

    public bool Takes(string method) => Methods.Count == 0 || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);
}
