using System.Globalization;
using System.Text.Json;
using Azure;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The codecs of the types that tables store, and what stands in for the rest.</summary>
internal static class ValueCodecs
{
    private static readonly JsonEncodedText Binary = JsonEncodedText.Encode("Edm.Binary");
    private static readonly JsonEncodedText DateAndTime = JsonEncodedText.Encode("Edm.DateTime");
    private static readonly JsonEncodedText Double = JsonEncodedText.Encode("Edm.Double");
    private static readonly JsonEncodedText Uuid = JsonEncodedText.Encode("Edm.Guid");
    private static readonly JsonEncodedText Int64 = JsonEncodedText.Encode("Edm.Int64");

    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(string)] = new Codec<string>(null, WriteString, (ref reader) => reader.GetString()!),
        [typeof(bool)] = new Codec<bool>(null, WriteBoolean, (ref reader) => reader.GetBoolean()),
        [typeof(int)] = new Codec<int>(null, WriteInt32, (ref reader) => reader.GetInt32()),
        [typeof(long)] = new Codec<long>(Int64, WriteInt64, ReadInt64),
        [typeof(double)] = new Codec<double>(Double, WriteDouble, ReadDouble),
        [typeof(Guid)] = new Codec<Guid>(Uuid, WriteGuid, (ref reader) => reader.GetGuid()),
        [typeof(DateTime)] = new Codec<DateTime>(DateAndTime, WriteDateTime, (ref reader) => reader.GetDateTime().ToUniversalTime()),
        [typeof(DateTimeOffset)] = new Codec<DateTimeOffset>(DateAndTime, WriteDateTimeOffset, (ref reader) => reader.GetDateTimeOffset()),
        [typeof(byte[])] = new Codec<byte[]>(Binary, (writer, value) => WriteBytes(writer, value), (ref reader) => reader.GetBytesFromBase64()),
        [typeof(BinaryData)] = new Codec<BinaryData>(
            Binary,
            (writer, value) => WriteBytes(writer, value.ToMemory().Span),
            (ref reader) => BinaryData.FromBytes(reader.GetBytesFromBase64())),
        [typeof(ETag)] = new Codec<ETag>(null, (_, _) => 0, (ref reader) => new ETag(reader.GetString()!)),
    };

    private delegate TValue Reader<TValue>(ref Utf8JsonReader reader);

    /// <summary>The codec of <typeparamref name="T"/>; one that refuses to write when tables cannot store the type.</summary>
    public static ValueCodec<T> For<T>()
    {
        if (Known.TryGetValue(typeof(T), out var known))
        {
            return (ValueCodec<T>)known;
        }

        var inner = Nullable.GetUnderlyingType(typeof(T));
        var codec = (inner ?? typeof(T)) switch
        {
            { IsEnum: true } type when inner is null => typeof(EnumCodec<>).MakeGenericType(type),
            var type when inner is not null => typeof(NullableCodec<>).MakeGenericType(type),
            var type => typeof(UnsupportedCodec<>).MakeGenericType(type),
        };
        return (ValueCodec<T>)Activator.CreateInstance(codec)!;
    }

    /// <summary>Writes a value of a type known only at run time, as <see cref="Azure.Data.Tables.TableEntity"/> holds them.</summary>
    public static int WriteObject(Utf8JsonWriter writer, JsonEncodedText name, string plainName, object value) => value switch
    {
        string text => Annotated(writer, name, plainName, text),
        bool flag => Annotated(writer, name, plainName, flag),
        int number => Annotated(writer, name, plainName, number),
        long number => Annotated(writer, name, plainName, number),
        double number => Annotated(writer, name, plainName, number),
        Guid guid => Annotated(writer, name, plainName, guid),
        DateTime time => Annotated(writer, name, plainName, time),
        DateTimeOffset time => Annotated(writer, name, plainName, time),
        byte[] bytes => Annotated(writer, name, plainName, bytes),
        BinaryData data => Annotated(writer, name, plainName, data),
        Enum member => Annotated(writer, name, plainName, member.ToString()),
        _ => throw new NotSupportedException($"Not supported type {value.GetType()}"),
    };

    private static int Annotated<T>(Utf8JsonWriter writer, JsonEncodedText name, string plainName, T value)
    {
        var codec = Cache<T>.Codec;
        if (codec.EdmType is { } type)
        {
            writer.WriteString(plainName + "@odata.type", type);
        }

        writer.WritePropertyName(name);
        return codec.Write(writer, value);
    }

    private static int WriteString(Utf8JsonWriter writer, string value)
    {
        writer.WriteStringValue(value);
        return 4 + (2 * value.Length);
    }

    private static int WriteBoolean(Utf8JsonWriter writer, bool value)
    {
        writer.WriteBooleanValue(value);
        return 1;
    }

    private static int WriteInt32(Utf8JsonWriter writer, int value)
    {
        writer.WriteNumberValue(value);
        return 4;
    }

    private static int WriteInt64(Utf8JsonWriter writer, long value)
    {
        Span<char> text = stackalloc char[20];
        value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
        return 8;
    }

    private static int WriteDouble(Utf8JsonWriter writer, double value)
    {
        writer.WriteNumberValue(value);
        return 8;
    }

    private static int WriteGuid(Utf8JsonWriter writer, Guid value)
    {
        writer.WriteStringValue(value);
        return 16;
    }

    private static int WriteDateTime(Utf8JsonWriter writer, DateTime value)
    {
        if (value.Kind != DateTimeKind.Utc)
        {
            throw new NotSupportedException($"DateTime {value} has a Kind of {value.Kind}; the service stores UTC only.");
        }

        return WriteUtc(writer, value);
    }

    private static int WriteDateTimeOffset(Utf8JsonWriter writer, DateTimeOffset value) => WriteUtc(writer, value.UtcDateTime);

    private static int WriteUtc(Utf8JsonWriter writer, DateTime value)
    {
        Span<char> text = stackalloc char[28];
        value.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
        return 8;
    }

    private static int WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        writer.WriteBase64StringValue(value);
        return 4 + value.Length;
    }

    // Int64 is a string in this JSON; a property once stored as Int32 is a number.
    private static long ReadInt64(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
        ? reader.GetInt64()
        : long.Parse(reader.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static double ReadDouble(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
        ? reader.GetDouble()
        : double.Parse(reader.GetString()!, CultureInfo.InvariantCulture);

    private static class Cache<T>
    {
        public static readonly ValueCodec<T> Codec = For<T>();
    }

    private sealed class Codec<T>(JsonEncodedText? edmType, Func<Utf8JsonWriter, T, int> write, Reader<T> read) : ValueCodec<T>
    {
        public override JsonEncodedText? EdmType => edmType;

        public override int Write(Utf8JsonWriter writer, T value) => write(writer, value);

        public override bool TryRead(ref Utf8JsonReader reader, out T value)
        {
            value = read(ref reader);
            return true;
        }
    }
}
