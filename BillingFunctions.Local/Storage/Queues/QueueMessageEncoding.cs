namespace Azure.Storage.Queues;

/// <summary>How a message's body is written in requests and answers.</summary>
public enum QueueMessageEncoding
{
    /// <summary>As it is. It must be UTF-8 text that XML can hold.</summary>
    None,

    /// <summary>In base64; 64 KiB of it hold 48 KiB.</summary>
    Base64,
}
