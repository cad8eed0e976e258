using System.Xml.Linq;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues.Models;

/// <summary>A message that was put into a queue.</summary>
public class SendReceipt
{
    internal SendReceipt(XElement message)
    {
        MessageId = message.Text("MessageId");
        PopReceipt = message.Text("PopReceipt");
        InsertionTime = message.Time("InsertionTime");
        ExpirationTime = message.Time("ExpirationTime");
        TimeNextVisible = message.Time("TimeNextVisible");
    }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>What deletes or updates the message until it is received.</summary>
    public string PopReceipt { get; }

    /// <summary>When it was put.</summary>
    public DateTimeOffset InsertionTime { get; }

    /// <summary>When the service drops it.</summary>
    public DateTimeOffset ExpirationTime { get; }

    /// <summary>When it can be received.</summary>
    public DateTimeOffset TimeNextVisible { get; }
}
