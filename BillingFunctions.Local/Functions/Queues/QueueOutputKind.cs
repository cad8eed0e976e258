using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Outputs to queues.</summary>
internal sealed class QueueOutputKind(FunctionQueues queues, QueueOptions options) : IOutputKind
{
    // Storage takes several at once faster than one after the other; queues keep no order anyway.
    private const int AtOnce = 8;

    public Type Attribute => typeof(QueueOutputAttribute);

    public OutputBinding Bind(OutputBindingAttribute output, string subject)
    {
        var attribute = (QueueOutputAttribute)output;
        var queue = queues.Client(queues.Name(attribute.QueueName, subject), attribute.Connection, options.MessageEncoding, subject);
        return value => SendAsync(queue, OutputMessages.Of(value, WorkerJson.Serializer));
    }

    private static Task SendAsync(QueueClient queue, IEnumerable<BinaryData> messages) =>
        Parallel.ForEachAsync(
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (message, cancellationToken) => await queue.SendOrCreateAsync(message, cancellationToken));
}
