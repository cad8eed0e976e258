using System.ComponentModel;
using System.Xml.Linq;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues.Models;

/// <summary>A message that was looked at and left where it is.</summary>
public class PeekedMessage
{
    internal PeekedMessage(XElement message, QueueMessageEncoding encoding)
    {
        MessageId = message.Text("MessageId");
        Body = MessageBody.Decode(message.Text("MessageText"), encoding);
        DequeueCount = (long)message.Element("DequeueCount")!;
        InsertedOn = message.Time("InsertionTime");
        ExpiresOn = message.Time("ExpirationTime");
    }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>The body as text.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public string MessageText => Body.ToString();

    /// <summary>The body, decoded.</summary>
    public BinaryData Body { get; }

    /// <summary>How often it has been received.</summary>
    public long DequeueCount { get; }

    /// <summary>When it was put.</summary>
    public DateTimeOffset? InsertedOn { get; }

    /// <summary>When the service drops it.</summary>
    public DateTimeOffset? ExpiresOn { get; }
}
