using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Stripe;

/// <summary>How Stripe writes JSON: snake case, times in Unix seconds.</summary>
internal static class StripeJson
{
    private static readonly ConcurrentDictionary<PropertyInfo, string> Names = new();

    /// <summary>Complete from the start: options that look for their resolver at their first use are not safe to be used first by two threads at once.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        MaxDepth = 128,
        Converters = { new UnixDateTimeConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static JsonSerializerOptions Indented { get; } = new(Options) { WriteIndented = true };

    /// <summary>The name of a property in JSON and in forms.</summary>
    public static string NameOf(PropertyInfo property) => Names.GetOrAdd(property, static property =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
}
