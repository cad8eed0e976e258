using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Sends to queues that may be missing.</summary>
internal static class QueueCreation
{
    public static async Task SendOrCreateAsync(this QueueClient queue, BinaryData message, CancellationToken cancellationToken)
    {
        try
        {
            await queue.SendMessageAsync(message, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queue.SendMessageAsync(message, cancellationToken: cancellationToken);
        }
    }
}
