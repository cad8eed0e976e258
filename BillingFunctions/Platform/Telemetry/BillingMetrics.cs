using System.Diagnostics.Metrics;

namespace BillingFunctions.Platform.Telemetry;

/// <summary>What the app measures. Each instance of the app reports for itself; of what they share, only the one that sweeps.</summary>
public sealed class BillingMetrics
{
    public const string MeterName = "BillingFunctions";

    private readonly Gauge<long> _queueMessages;
    private readonly Gauge<double> _queueAge;
    private readonly Counter<long> _requeued;
    private readonly Histogram<double> _sweepDuration;

    public BillingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _queueMessages = meter.CreateGauge<long>("billing.queue.messages", "{message}", "Messages on a queue, those that are being worked on or wait for a retry included.");
        _queueAge = meter.CreateGauge<double>("billing.queue.oldest_age", "s", "Age of the oldest message on a queue that could be taken now; 0 when there is none.");
        _requeued = meter.CreateCounter<long>("billing.sweep.requeued", "{item}", "Items that were silent for two minutes and were put on their queue again.");
        _sweepDuration = meter.CreateHistogram<double>("billing.sweep.duration", "s", "How long a sweeper took.");
    }

    public void RecordQueue(string queue, long messages, TimeSpan oldestAge)
    {
        _queueMessages.Record(messages, new KeyValuePair<string, object?>("queue", queue));
        _queueAge.Record(oldestAge.TotalSeconds, new KeyValuePair<string, object?>("queue", queue));
    }

    public void RecordSweep(string sweeper, int requeued, TimeSpan duration)
    {
        _requeued.Add(requeued, new KeyValuePair<string, object?>("sweeper", sweeper));
        _sweepDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("sweeper", sweeper));
    }
}
