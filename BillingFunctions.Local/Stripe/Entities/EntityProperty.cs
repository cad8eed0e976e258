using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>One property of an entity and how its JSON is read and written.</summary>
internal sealed class EntityProperty
{
    private readonly PropertyInfo _property;
    private readonly JsonSerializerOptions _options = StripeJson.Options;
    private readonly bool _omitsNull;

    private EntityProperty(PropertyInfo property)
    {
        _property = property;
        _omitsNull = property.IsDefined(typeof(JsonIgnoreAttribute));
        if (property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType is { } converter)
        {
            _options = new JsonSerializerOptions(_options);
            _options.Converters.Add((JsonConverter)Activator.CreateInstance(converter)!);
        }
    }

    public string Name => StripeJson.NameOf(_property);

    public static Dictionary<string, EntityProperty> Of(Type entity)
        => entity.GetProperties()
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition is not JsonIgnoreCondition.Always)
            .Select(property => new EntityProperty(property))
            .ToDictionary(property => property.Name);

    public void Read(ref Utf8JsonReader reader, object entity)
        => _property.SetValue(entity, JsonSerializer.Deserialize(ref reader, _property.PropertyType, _options));

    public void Write(Utf8JsonWriter writer, object entity)
    {
        var value = _property.GetValue(entity);
        if (value is null && _omitsNull)
        {
            return;
        }

        writer.WritePropertyName(Name);
        JsonSerializer.Serialize(writer, value, _property.PropertyType, _options);
    }
}
