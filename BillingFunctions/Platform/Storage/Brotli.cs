using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Platform.Storage;

/// <summary>Makes what is stored or sent small, quickly.</summary>
internal static class Brotli
{
    /// <summary>The fastest. The next one saves a tenth more and takes twice as long.</summary>
    private const int Quality = 1;

    /// <summary>Looks back 64 KiB.</summary>
    private const int Window = 16;

    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, buffer, out var written, Quality, Window)
            ? buffer[..written]
            : throw new InvalidOperationException("The buffer is always large enough.");
    }

    /// <exception cref="InvalidDataException">The bytes are not compressed ones.</exception>
    public static byte[] Decompress(byte[] bytes)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var buffer = new MemoryStream();
        brotli.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>A value as compressed JSON.</summary>
    public static byte[] CompressJson<T>(T value) => Compress(JsonSerializer.SerializeToUtf8Bytes(value, StoredJson.Options));

    /// <summary>What <see cref="CompressJson"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are something else.</exception>
    public static T DecompressJson<T>(byte[] bytes) =>
        JsonSerializer.Deserialize<T>(Decompress(bytes), StoredJson.Options) ?? throw new InvalidDataException("The stored value is null.");
}

internal static class StoredJson
{
    /// <summary>How records are kept in table columns: enums by name, letters as they are, and fields of other versions of the app passed over.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
