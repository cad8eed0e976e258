using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>How values of one type stand in the JSON of an entity.</summary>
internal abstract class ValueCodec<T>
{
    /// <summary>The type annotation that goes beside the value; null where JSON's own type says it.</summary>
    public virtual JsonEncodedText? EdmType => null;

    public virtual bool IsNull(T value) => value is null;

    /// <summary>Writes a value that is not null, and tells how many bytes it takes in store.</summary>
    public abstract int Write(Utf8JsonWriter writer, T value);

    /// <summary>Reads a token that is not null; false leaves the property as it is.</summary>
    public abstract bool TryRead(ref Utf8JsonReader reader, out T value);
}
