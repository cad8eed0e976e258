using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Reads entities, skipping fields that it does not know, and keeps the JSON they came from.</summary>
internal sealed class StripeEntityConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsSubclassOf(typeof(StripeEntity));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
        => (JsonConverter)Activator.CreateInstance(typeof(StripeEntityConverter<>).MakeGenericType(typeToConvert))!;
}

/// <inheritdoc cref="StripeEntityConverterFactory"/>
internal sealed class StripeEntityConverter<T> : JsonConverter<T>
    where T : StripeEntity, new()
{
    private static readonly Dictionary<string, EntityProperty> Properties = EntityProperty.Of(typeof(T));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"A {typeof(T).Name} is an object.");
        }

        var entity = new T();
        if (entity.KeepsRawJson)
        {
            var copy = reader;
            entity.SetRawJson(JsonElement.ParseValue(ref copy));
        }

        ReadProperties(ref reader, entity);
        return entity;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var property in Properties.Values)
        {
            property.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void ReadProperties(ref Utf8JsonReader reader, T entity)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = Properties.GetValueOrDefault(reader.GetString()!);
            reader.Read();
            if (property is null)
            {
                reader.Skip();
            }
            else
            {
                property.Read(ref reader, entity);
            }
        }
    }
}
