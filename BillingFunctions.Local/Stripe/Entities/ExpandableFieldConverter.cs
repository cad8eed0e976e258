using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Reads and writes an <see cref="ExpandableField{T}"/>: a string is the id, an object the whole.</summary>
internal sealed class ExpandableFieldConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert)
        => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ExpandableField<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
        => (JsonConverter)Activator.CreateInstance(typeof(ExpandableFieldConverter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;
}

/// <inheritdoc cref="ExpandableFieldConverterFactory"/>
internal sealed class ExpandableFieldConverter<T> : JsonConverter<ExpandableField<T>>
    where T : class, IHasId
{
    public override ExpandableField<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType switch
        {
            JsonTokenType.String => new ExpandableField<T>(reader.GetString()),
            JsonTokenType.StartObject => new ExpandableField<T>(JsonSerializer.Deserialize<T>(ref reader, options)),
            _ => throw new JsonException("Neither an id nor an object."),
        };

    public override void Write(Utf8JsonWriter writer, ExpandableField<T> value, JsonSerializerOptions options)
    {
        if (value.ExpandedObject is { } whole)
        {
            JsonSerializer.Serialize(writer, whole, options);
        }
        else
        {
            writer.WriteStringValue(value.Id);
        }
    }
}
