using System.Text.Json;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Looks into Stripe's objects without trusting their shape, which differs between API versions: what is absent or of another type is null.</summary>
internal static class StripeObjectReader
{
    /// <summary>What is in a field; undefined when there is no such field.</summary>
    public static JsonElement Child(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    public static string? Text(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>A time that Stripe gives in Unix seconds.</summary>
    public static DateTimeOffset? Time(this JsonElement parent, string name) =>
        parent.Number(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static bool Flag(this JsonElement parent, string name) => parent.Child(name).ValueKind == JsonValueKind.True;

    /// <summary>The id of another object, whether it stands there alone or the object is expanded.</summary>
    public static string? Reference(this JsonElement parent, string name) => parent.Text(name) ?? parent.Child(name).Text("id");

    /// <summary>The items of a Stripe list: <c>{ "data": […] }</c>.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name) =>
        parent.Child(name).Child("data") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];
}
