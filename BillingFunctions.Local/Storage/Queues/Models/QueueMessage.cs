using System.ComponentModel;
using System.Xml.Linq;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues.Models;

/// <summary>A message that was received and is hidden from others for a while.</summary>
public class QueueMessage
{
    internal QueueMessage(XElement message, QueueMessageEncoding encoding)
    {
        MessageId = message.Text("MessageId");
        PopReceipt = message.Text("PopReceipt");
        Body = MessageBody.Decode(message.Text("MessageText"), encoding);
        DequeueCount = (long)message.Element("DequeueCount")!;
        InsertedOn = message.Time("InsertionTime");
        ExpiresOn = message.Time("ExpirationTime");
        NextVisibleOn = message.Time("TimeNextVisible");
    }

    private QueueMessage(QueueMessage message, UpdateReceipt updated)
    {
        MessageId = message.MessageId;
        PopReceipt = updated.PopReceipt;
        Body = message.Body;
        DequeueCount = message.DequeueCount;
        InsertedOn = message.InsertedOn;
        ExpiresOn = message.ExpiresOn;
        NextVisibleOn = updated.NextVisibleOn;
    }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>What deletes or updates the message until somebody else receives it.</summary>
    public string PopReceipt { get; }

    /// <summary>The body as text.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public string MessageText => Body.ToString();

    /// <summary>The body, decoded.</summary>
    public BinaryData Body { get; }

    /// <summary>How often it has been received, this time included.</summary>
    public long DequeueCount { get; }

    /// <summary>When it was put.</summary>
    public DateTimeOffset? InsertedOn { get; }

    /// <summary>When the service drops it.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>When others can receive it.</summary>
    public DateTimeOffset? NextVisibleOn { get; }

    /// <summary>The same message with the receipt of an update.</summary>
    /// <param name="updated">What the update gave.</param>
    public QueueMessage Update(UpdateReceipt updated)
    {
        ArgumentNullException.ThrowIfNull(updated);
        return new QueueMessage(this, updated);
    }
}
