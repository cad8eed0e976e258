using System.Text.Json;

namespace BillingFunctions.Webhooks;

/// <summary>A Stripe event, as far as those who apply it need it.</summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Created">When it happened, Unix time. Several events of one moment share it.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="Object">What the event carries: <c>data.object</c>, in the shape of <paramref name="ApiVersion"/>.</param>
/// <param name="ApiVersion">The API version it was written in; null when it says none.</param>
public sealed record StripeEvent(string Id, string Type, long Created, bool Livemode, JsonElement Object, string? ApiVersion)
{
    /// <summary>Reads the JSON that Stripe sends.</summary>
    /// <exception cref="JsonException">It is not JSON, or not an event.</exception>
    public static StripeEvent Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object
            && Text(root, "id") is { Length: > 0 } id
            && Text(root, "type") is { Length: > 0 } type
            && root.TryGetProperty("created", out var created) && created.TryGetInt64(out var seconds)
            && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("object", out var subject) && subject.ValueKind == JsonValueKind.Object)
        {
            var livemode = root.TryGetProperty("livemode", out var live) && live.ValueKind == JsonValueKind.True;
            return new StripeEvent(id, type, seconds, livemode, subject.Clone(), Text(root, "api_version"));
        }

        throw new JsonException("Not a Stripe event.");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
