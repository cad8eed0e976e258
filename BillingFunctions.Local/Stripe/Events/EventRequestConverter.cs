using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Reads the request of an event, which up to API version 2017-05-25 was its id alone.</summary>
internal sealed class EventRequestConverter : JsonConverter<EventRequest>
{
    public override EventRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String
            ? new EventRequest { Id = reader.GetString() }
            : JsonSerializer.Deserialize<EventRequest>(ref reader, StripeJson.Options);

    public override void Write(Utf8JsonWriter writer, EventRequest value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, value, StripeJson.Options);
}
