using Azure.Core;

namespace Azure.Storage.Queues;

/// <summary>Retries, transport, diagnostics and the encoding of messages of a queue client.</summary>
/// <param name="version">The version of the storage protocol to speak.</param>
public class QueueClientOptions(QueueClientOptions.ServiceVersion version = QueueClientOptions.ServiceVersion.V2026_02_06) : ClientOptions
{
    /// <summary>The version of the storage protocol that is spoken.</summary>
    public ServiceVersion Version { get; } = version;

    /// <summary>How a message's body is written in requests; as it is by default, while the Functions host expects base64.</summary>
    public QueueMessageEncoding MessageEncoding { get; set; }

    internal string VersionString => Version switch
    {
        ServiceVersion.V2025_11_05 => "2025-11-05",
        ServiceVersion.V2026_02_06 => "2026-02-06",
        _ => throw new InvalidOperationException($"{Version} is not a version of the protocol."),
    };

    /// <summary>The versions of the storage protocol that queues speak.</summary>
#pragma warning disable CA1707, CA1008 // The vendor's names and numbers
    public enum ServiceVersion
    {
        /// <summary>2025-11-05.</summary>
        V2025_11_05 = 28,

        /// <summary>2026-02-06.</summary>
        V2026_02_06 = 29,
    }
#pragma warning restore CA1707, CA1008
}
