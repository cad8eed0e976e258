using Azure.Storage.Queues;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Operations;

/// <summary>Measures each queue of the app, poison queues included. Nothing else would tell the age of a message on a queue that no function reads.</summary>
internal sealed class QueueGauges(IEnumerable<StorageItem> items, QueueServiceClient queues, TimeProvider time) : ISweeper
{
    public string Name => "queues";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var names = items.Where(item => item.Kind == StorageKind.Queue).Select(item => item.Name).Distinct();
        await Parallel.ForEachAsync(names, cancellationToken, async (name, token) => await MeasureAsync(name, token));
        return 0;
    }

    private async Task MeasureAsync(string name, CancellationToken cancellationToken)
    {
        var queue = queues.GetQueueClient(name);
        var oldest = (await queue.PeekMessageAsync(cancellationToken)).Value?.InsertedOn;
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        var age = time.GetUtcNow() - oldest;
        BillingMetrics.RecordQueue(name, properties.Value.ApproximateMessagesCount, age > TimeSpan.Zero ? age.Value : TimeSpan.Zero);
    }
}
