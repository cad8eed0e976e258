using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Refuses a type that tables cannot give back as it was; a null is fine.</summary>
internal sealed class UnsupportedCodec<T> : ValueCodec<T>
{
    public override int Write(Utf8JsonWriter writer, T value) => throw new NotSupportedException($"Not supported type {typeof(T)}");

    public override bool TryRead(ref Utf8JsonReader reader, out T value)
    {
        reader.Skip();
        value = default!;
        return false;
    }
}
