using System.Text.Json;

namespace BillingFunctions.Subscriptions;

/// <summary>Looks into a Stripe object without trusting its shape: what is missing or of another kind is null.</summary>
internal static class StripeObject
{
    public static string? Text(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public static bool IsTrue(this JsonElement element, string name) => element.Child(name).ValueKind == JsonValueKind.True;

    /// <summary>The id in a field that holds either an id or, expanded, the whole object.</summary>
    public static string? IdIn(this JsonElement element, string name) => element.Text(name) ?? element.Child(name).Text("id");

    /// <summary>The items of a Stripe list: <c>{ "data": […] }</c>.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Child(name).Child("data") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    /// <summary>What is in a field; undefined when there is no such field.</summary>
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;
}
