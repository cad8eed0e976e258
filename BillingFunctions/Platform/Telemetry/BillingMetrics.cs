using System.Diagnostics.Metrics;

namespace BillingFunctions.Platform.Telemetry;

/// <summary>
/// What the app measures. Counters and histograms count what each instance does; gauges are of what all share, and only the instance that sweeps reports them. No tag
/// has an id: their values are few.
/// </summary>
internal static class BillingMetrics
{
    public const string MeterName = "BillingFunctions";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Received = Meter.CreateCounter<long>("billing.webhooks.received", "{event}", "Webhook events taken in, by whether each was a duplicate.");
    private static readonly Counter<long> Applied = Meter.CreateCounter<long>("billing.webhooks.applied", "{event}", "Attempts to apply a webhook event, by their outcome: applied, ignored or failed.");
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("billing.stripe.calls", "{call}", "Calls that Stripe has answered, by lane and HTTP status.");
    private static readonly Counter<long> Throttled = Meter.CreateCounter<long>("billing.stripe.throttled", "{call}", "Calls that Stripe has turned away with 429, by the reason that it gave.");
    private static readonly Histogram<double> Wait = Meter.CreateHistogram<double>("billing.limiter.wait", "s", "How long a call waited for a permit of the rate limiter, by lane.");
    private static readonly Gauge<long> Invoices = Meter.CreateGauge<long>("billing.invoices", "{invoice}", "Monthly invoices, by month and status.");
    private static readonly Counter<long> Emails = Meter.CreateCounter<long>("billing.emails.sent", "{email}", "Invoice mails that the mail server has taken.");
    private static readonly Gauge<long> SyncQueue = Meter.CreateGauge<long>("billing.sync.queue", "{item}", "Changes of usage that Stripe is yet to be told.");
    private static readonly Gauge<double> SyncAge = Meter.CreateGauge<double>("billing.sync.oldest_age", "s", "Age of the oldest change of usage that Stripe is yet to be told; 0 when there is none.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("billing.failed_jobs", "{job}", "Jobs that were given up, by queue.");
    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>("billing.subscriptions.rejected", "{event}", "Transitions that the state machine of subscriptions has refused.");
    private static readonly Gauge<long> QueueMessages = Meter.CreateGauge<long>("billing.queue.messages", "{message}", "Messages on a queue, those that are being worked on or wait for a retry included.");
    private static readonly Gauge<double> QueueAge = Meter.CreateGauge<double>("billing.queue.oldest_age", "s", "Age of the oldest message on a queue that could be taken now; 0 when there is none.");
    private static readonly Counter<long> Requeued = Meter.CreateCounter<long>("billing.sweep.requeued", "{item}", "Items that were silent for two minutes and were put on their queue again.");
    private static readonly Histogram<double> SweepDuration = Meter.CreateHistogram<double>("billing.sweep.duration", "s", "How long a sweeper took.");

    public static void RecordReceived(bool isDuplicate) => Received.Add(1, Tag("duplicate", isDuplicate));

    public static void RecordApplied(string outcome) => Applied.Add(1, Tag("outcome", outcome));

    /// <param name="lane">Who the call was for.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    /// <param name="waited">How long it had waited for its permit.</param>
    public static void RecordCall(string lane, int status, TimeSpan waited)
    {
        Calls.Add(1, Tag("lane", lane), Tag("status", status));
        Wait.Record(waited.TotalSeconds, Tag("lane", lane));
    }

    public static void RecordThrottled(string reason) => Throttled.Add(1, Tag("reason", reason));

    public static void RecordInvoices(string month, string status, int count) => Invoices.Record(count, Tag("month", month), Tag("status", status));

    public static void RecordEmailSent() => Emails.Add(1);

    public static void RecordSync(long queued, TimeSpan oldestAge)
    {
        SyncQueue.Record(queued);
        SyncAge.Record(oldestAge.TotalSeconds);
    }

    public static void RecordFailedJob(string queue) => Failed.Add(1, Tag("queue", queue));

    public static void RecordRejected() => Rejected.Add(1);

    public static void RecordQueue(string queue, long messages, TimeSpan oldestAge)
    {
        QueueMessages.Record(messages, Tag("queue", queue));
        QueueAge.Record(oldestAge.TotalSeconds, Tag("queue", queue));
    }

    public static void RecordSweep(string sweeper, int requeued, TimeSpan duration)
    {
        Requeued.Add(requeued, Tag("sweeper", sweeper));
        SweepDuration.Record(duration.TotalSeconds, Tag("sweeper", sweeper));
    }

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
