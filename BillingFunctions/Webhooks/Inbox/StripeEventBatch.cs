using System.Diagnostics;
using System.Text.Json.Serialization;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>The queue message: events to apply. One of several events has as many causes, and goes on with the trace of none.</summary>
public sealed record StripeEventBatch(IReadOnlyList<QueuedEvent> Events)
{
    /// <inheritdoc cref="TracedMessage.TraceParent"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent => Events is [var only] ? only.TraceParent : null;

    public const string Queue = "stripe-events";

    /// <summary>A message may have 64 KiB, of which base64 leaves 48.</summary>
    public const int MaxBytes = 47 * 1024;
}

/// <summary>One of them.</summary>
/// <param name="Key">Its place in the inbox.</param>
/// <param name="Body">The compressed payload, which saves reading it back; null when it would not fit, or is not at hand.</param>
public sealed record QueuedEvent(EventKey Key, byte[]? Body = null)
{
    /// <summary>Larger bodies are read back, so that a message has room for many.</summary>
    private const int MaxBody = 8 * 1024;

    /// <summary>W3C trace context of the call that has queued it, or, for one that was received, of the request that brought it; null outside of one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; } = Activity.Current?.Id;

    /// <summary>About the bytes that it takes in a message.</summary>
    public int Weight => Key.Id.Length + 160 + ((Body?.Length ?? 0) * 4 / 3);

    internal static QueuedEvent From(InboxEvent received) =>
        new(received.Key, received.Compressed.Length <= MaxBody ? received.Compressed : null) { TraceParent = received.TraceParent };

    /// <exception cref="InvalidDataException">The body is none of ours.</exception>
    public byte[]? Payload() => Body is null ? null : Brotli.Decompress(Body);
}
