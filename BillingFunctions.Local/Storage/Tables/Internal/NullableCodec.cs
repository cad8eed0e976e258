using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Lets a value be absent.</summary>
internal sealed class NullableCodec<T> : ValueCodec<T?>
    where T : struct
{
    private readonly ValueCodec<T> _inner = ValueCodecs.For<T>();

    public override JsonEncodedText? EdmType => _inner.EdmType;

    public override int Write(Utf8JsonWriter writer, T? value) => _inner.Write(writer, value!.Value);

    public override bool TryRead(ref Utf8JsonReader reader, out T? value)
    {
        var read = _inner.TryRead(ref reader, out var inner);
        value = inner;
        return read;
    }
}
