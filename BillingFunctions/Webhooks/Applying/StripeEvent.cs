using System.Text.Json;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Webhooks.Applying;

/// <summary>A Stripe event, as far as those who apply it need it.</summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Created">When it happened, Unix time. Several events of one moment share it.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="Object">What the event carries: <c>data.object</c>, in the shape of <paramref name="ApiVersion"/>.</param>
/// <param name="Previous">What the fields were before that an update changed: <c>data.previous_attributes</c>; undefined when there are none.</param>
/// <param name="ApiVersion">The API version it was written in; null when it says none.</param>
public sealed record StripeEvent(string Id, string Type, long Created, bool Livemode, JsonElement Object, JsonElement Previous, string? ApiVersion)
{
    private const int MaxType = 255;

    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Reads the JSON that Stripe sends.</summary>
    /// <exception cref="JsonException">It is not JSON, or not an event.</exception>
    public static StripeEvent Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.Text("id") is { } id && StripeId.IsValid(id)
            && root.Text("type") is { Length: > 0 and <= MaxType } type
            && root.Number("created") is { } created && created >= 0 && created <= LastSecond
            && root.Child("data").Child("object") is { ValueKind: JsonValueKind.Object } subject)
        {
            var previous = root.Child("data").Child("previous_attributes");
            return new StripeEvent(
                id, type, created, root.Flag("livemode"), subject.Clone(), previous.ValueKind == JsonValueKind.Undefined ? default : previous.Clone(), root.Text("api_version"));
        }

        throw new JsonException("Not a Stripe event.");
    }
}
