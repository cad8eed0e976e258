using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>How one property of an entity type is written and read.</summary>
internal abstract class PropertyPlan(string name)
{
    public string Name { get; } = name;

    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(name);

    protected JsonEncodedText JsonTypeName { get; } = JsonEncodedText.Encode(name + "@odata.type");

    /// <summary>Writes the property with its type, unless it is null.</summary>
    public abstract void Write(Utf8JsonWriter writer, object entity, ref EntitySize size);

    /// <summary>Reads the value that the reader stands on.</summary>
    public abstract void Read(ref Utf8JsonReader reader, object entity);
}
