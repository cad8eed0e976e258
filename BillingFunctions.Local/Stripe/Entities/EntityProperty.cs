using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Stripe;

/// <summary>One property of an entity and how its JSON is read and written.</summary>
internal sealed class EntityProperty
{
    private readonly PropertyInfo _property;
    private readonly JsonSerializerOptions _options = StripeJson.Options;
    private readonly bool _omitsNull;
    private JsonTypeInfo? _type;

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

    // Looked up at first use, since entities may contain one another; kept, since a page has thousands of values
    private JsonTypeInfo Type => _type ??= _options.GetTypeInfo(_property.PropertyType);

    public static Dictionary<string, EntityProperty> Of(Type entity)
        => entity.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(IsInJson)
            .Select(property => new EntityProperty(property))
            .ToDictionary(property => property.Name);

    public void Read(ref Utf8JsonReader reader, object entity)
        => _property.SetValue(entity, JsonSerializer.Deserialize(ref reader, Type));

    public void Write(Utf8JsonWriter writer, object entity)
    {
        var value = _property.GetValue(entity);
        if (value is null && _omitsNull)
        {
            return;
        }

        writer.WritePropertyName(Name);
        JsonSerializer.Serialize(writer, value, Type);
    }

    private static bool IsInJson(PropertyInfo property)
        => (property.GetMethod is { IsPublic: true } || property.IsDefined(typeof(JsonIncludeAttribute)))
            && property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition is not JsonIgnoreCondition.Always;
}
