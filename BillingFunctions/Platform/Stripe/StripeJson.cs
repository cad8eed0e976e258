using System.Text.Json;

namespace BillingFunctions.Platform.Stripe;

/// <summary>Reads fields of Stripe's objects. What is absent, null or of another type is null: shapes differ between API versions.</summary>
internal static class StripeJson
{
    public static JsonElement? Child(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static long? Number(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>A time that Stripe gives in Unix seconds.</summary>
    public static DateTimeOffset? Time(this JsonElement parent, string name) =>
        parent.Number(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static bool Flag(this JsonElement parent, string name) => parent.Child(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The id of another object, whether it stands there alone or the object is expanded.</summary>
    public static string? Reference(this JsonElement parent, string name) => parent.Text(name) ?? parent.Child(name)?.Text("id");
}
