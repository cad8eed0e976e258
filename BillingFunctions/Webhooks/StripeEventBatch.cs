using System.IO.Compression;

namespace BillingFunctions.Webhooks;

/// <summary>The queue message: events to apply.</summary>
public sealed record StripeEventBatch(IReadOnlyList<QueuedEvent> Events)
{
    public const string Queue = "stripe-events";

    /// <summary>A message may have 64 KiB, of which base64 leaves 48.</summary>
    public const int MaxBytes = 47 * 1024;
}

/// <summary>One of them.</summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Body">The compressed payload, which saves reading it back; null when it would not fit, or is not at hand.</param>
public sealed record QueuedEvent(string Id, byte[]? Body = null)
{
    /// <summary>Larger bodies are read back, so that a message has room for many.</summary>
    private const int MaxBody = 8 * 1024;

    /// <summary>About the bytes that it takes in a message.</summary>
    public int Weight => Id.Length + 32 + ((Body?.Length ?? 0) * 4 / 3);

    public static QueuedEvent Of(string id, byte[] payload)
    {
        using var buffer = new MemoryStream();
        using (var brotli = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(payload);
        }

        return new QueuedEvent(id, buffer.Length <= MaxBody ? buffer.ToArray() : null);
    }

    public byte[]? Payload()
    {
        if (Body is null)
        {
            return null;
        }

        using var brotli = new BrotliStream(new MemoryStream(Body), CompressionMode.Decompress);
        using var payload = new MemoryStream();
        brotli.CopyTo(payload);
        return payload.ToArray();
    }
}
