using System.Text.Json;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
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

    /// <summary>What an event of the common form, which carries its object, calls itself.</summary>
    private const string CommonForm = "event";

    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The connected account that it is of, <c>acct_…</c>; null for the account's own.</summary>
    public string? Account { get; init; }

    /// <summary>What an event of another form calls itself, such as <c>v2.core.event</c>; null for one that carries its object.</summary>
    public string? OtherForm { get; init; }

    /// <summary>Reads the JSON that Stripe sends: an event that carries its object, or one of another form, such as a thin one.</summary>
    /// <exception cref="JsonException">It is not JSON, or not an event.</exception>
    public static StripeEvent Parse(ReadOnlyMemory<byte> json)
    {
        var root = StripeText.Parse(json.Span);
        if (root.Text("id") is not { } id || !TableKey.IsValid(id))
        {
            throw new JsonException("Not a Stripe event: it has no id.");
        }

        if (root.Text("object") is { Length: > 0 } form && form != CommonForm)
        {
            return new StripeEvent(id, ShortText.Of(root.Text("type") ?? form, MaxType), CreatedOf(root), root.Flag("livemode"), root, default, root.Text("api_version"))
            {
                OtherForm = ShortText.Of(form, MaxType),
                Account = root.Text("context"),
            };
        }

        if (root.Text("type") is { Length: > 0 and <= MaxType } type
            && root.Number("created") is { } created && created >= 0 && created <= LastSecond
            && root.Child("data").Child("object") is { ValueKind: JsonValueKind.Object } subject)
        {
            var previous = root.Child("data").Child("previous_attributes");
            return new StripeEvent(
                id, type, created, root.Flag("livemode"), subject, previous, root.Text("api_version"))
            {
                Account = root.Text("account"),
            };
        }

        throw new JsonException("Not a Stripe event.");
    }

    /// <summary>Events of other forms have a time as text; one without a time is from long ago.</summary>
    private static long CreatedOf(JsonElement root) =>
        root.Number("created") is { } seconds && seconds >= 0 && seconds <= LastSecond ? seconds
        : Rfc3339.TryParse(root.Text("created") ?? "", out var time) ? Math.Max(0, time.ToUnixTimeSeconds())
        : 0;
}
