using Azure.Storage.Queues;

namespace BillingFunctions.CustomerUploads;

/// <summary>The uploads that are to be ingested. A message is the id of one.</summary>
public sealed class UploadQueue(QueueServiceClient queues)
{
    public const string Name = "customer-uploads";

    private readonly QueueClient _queue = queues.GetQueueClient(Name);

    /// <summary>Has an upload ingested from where it stands. One message too many does no harm.</summary>
    public Task EnqueueAsync(string id, CancellationToken cancellationToken) => _queue.SendMessageAsync(id, cancellationToken);
}
