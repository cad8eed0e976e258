using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>A field that holds an id, or the whole object when the caller asked to expand it.</summary>
internal sealed class ExpandableIdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.StartObject
            ? JsonElement.ParseValue(ref reader).GetProperty("id").GetString()
            : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
