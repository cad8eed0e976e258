using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Stores an enumeration by its member's name. An unknown name leaves the property as it is.</summary>
internal sealed class EnumCodec<T> : ValueCodec<T>
    where T : struct, Enum
{
    public override int Write(Utf8JsonWriter writer, T value)
    {
        var name = value.ToString();
        writer.WriteStringValue(name);
        return 4 + (2 * name.Length);
    }

    public override bool TryRead(ref Utf8JsonReader reader, out T value)
    {
        var name = reader.GetString()!;
        value = default;
        return Enum.IsDefined(typeof(T), name) && Enum.TryParse(name, out value);
    }
}
