using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Reads an object of any kind by its <c>object</c> field; null when the kind has no class here.</summary>
internal sealed class StripeObjectConverter : JsonConverter<IHasObject>
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["customer"] = typeof(Customer),
        ["event"] = typeof(Event),
        ["invoice"] = typeof(Invoice),
        ["line_item"] = typeof(InvoiceLineItem),
        ["price"] = typeof(Price),
        ["subscription"] = typeof(Subscription),
        ["subscription_item"] = typeof(SubscriptionItem),
    };

    public override IHasObject? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (KindOf(reader) is { } kind && Types.TryGetValue(kind, out var type))
        {
            return (IHasObject?)JsonSerializer.Deserialize(ref reader, type, options);
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, IHasObject value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, value, value.GetType(), options);

    // By value: the caller's reader stays where it is
    private static string? KindOf(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object of Stripe's is an object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKind = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isKind)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }
}
