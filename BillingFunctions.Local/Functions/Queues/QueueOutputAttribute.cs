using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Puts what a function returns, or a property of it, into a queue after the function has ended well: text as it is, anything else as JSON,
/// the elements of an array or list as one message each, and nothing for null.
/// </summary>
/// <param name="queueName">The queue, which is made when it is missing; <c>%name%</c> stands for a setting.</param>
public sealed class QueueOutputAttribute(string queueName) : OutputBindingAttribute
{
    /// <summary>The queue, with its settings not yet filled in.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The setting with the connection to storage; <c>AzureWebJobsStorage</c> when null.</summary>
    public string? Connection { get; set; }
}
