using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Runs the function for each message of a queue: as text for a <see cref="string"/>, as bytes for a <see cref="BinaryData"/> or an array
/// of bytes, else read as JSON. A message whose function fails, or that is no JSON of the parameter's type, comes again, and after the last
/// try goes to the poison queue; one that is not encoded as host.json says goes there at once.
/// </summary>
/// <param name="queueName">The queue, which is made at start; <c>%name%</c> stands for a setting.</param>
public sealed class QueueTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>The queue, with its settings not yet filled in.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The setting with the connection to storage; <c>AzureWebJobsStorage</c> when null.</summary>
    public string? Connection { get; set; }
}
