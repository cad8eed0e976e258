using System.Collections.Concurrent;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Operations.Queues;

/// <summary>Measures each queue of the app, poison queues included. Nothing else would tell the age of a message on a queue that no function reads.</summary>
internal sealed class QueueGauges(IEnumerable<StorageItem> items, QueueServiceClient queues, QueueHistory history, TimeProvider time) : ISweeper
{
    public string Name => "queues";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var names = items.Where(item => item.Kind == StorageKind.Queue).Select(item => item.Name).Distinct();
        var measured = new ConcurrentDictionary<string, QueueMeasure>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(names, cancellationToken, async (name, token) => measured[name] = await MeasureAsync(name, token));
        await history.AddAsync(measured, cancellationToken);
        return 0;
    }

    private async Task<QueueMeasure> MeasureAsync(string name, CancellationToken cancellationToken)
    {
        var queue = queues.GetQueueClient(name);
        var oldest = (await queue.PeekMessageAsync(cancellationToken)).Value?.InsertedOn;
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        var age = time.GetUtcNow() - oldest is { } since && since > TimeSpan.Zero ? since : TimeSpan.Zero;
        BillingMetrics.RecordQueue(name, properties.Value.ApproximateMessagesCount, age);
        return new QueueMeasure(properties.Value.ApproximateMessagesCount, (long)age.TotalSeconds);
    }
}
