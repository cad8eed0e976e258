using Azure.Storage.Queues;

namespace BillingFunctions.Local.Storage.Queues;

/// <summary>A message's body, as text in requests and answers.</summary>
internal static class MessageBody
{
    public static string Encode(BinaryData body, QueueMessageEncoding encoding) =>
        encoding is QueueMessageEncoding.Base64 ? Convert.ToBase64String(body.ToMemory().Span) : body.ToString();

    /// <exception cref="FormatException">The text is not base64 and should be.</exception>
    public static BinaryData Decode(string text, QueueMessageEncoding encoding) =>
        encoding is QueueMessageEncoding.Base64 ? BinaryData.FromBytes(Convert.FromBase64String(text)) : BinaryData.FromString(text);
}
