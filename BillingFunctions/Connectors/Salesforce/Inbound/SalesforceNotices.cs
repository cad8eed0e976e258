using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>Has records of Salesforce read again.</summary>
public sealed class SalesforceNotices(QueueServiceClient queues)
{
    private readonly QueueClient _queue = queues.GetQueueClient(SalesforceNotice.Queue);

    /// <summary>Puts a message on the queue.</summary>
    /// <param name="notice">The message.</param>
    /// <param name="delay">How long it is hidden, rounded up to whole seconds; not at all when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task SendAsync(SalesforceNotice notice, TimeSpan? delay, CancellationToken cancellationToken)
    {
        TimeSpan? hidden = delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.Value.TotalSeconds)) : null;
        return _queue.SendMessageAsync(JsonSerializer.Serialize(notice), hidden, timeToLive: null, cancellationToken);
    }
}

/// <summary>The queue message: records in Salesforce may have changed. It may be delivered any number of times, or never: nothing depends on it but how soon a change is known.</summary>
/// <param name="Ids">Their ids, 1 to 100.</param>
/// <param name="Repeats">How often they were read before, in vain because we had just written them.</param>
public sealed record SalesforceNotice(
    IReadOnlyList<string> Ids, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Repeats = 0) : TracedMessage
{
    public const string Queue = "salesforce-notices";

    /// <summary>Names the records in the trace and the log of a call.</summary>
    internal void Describe() => Edge.About("salesforce_id", Ids is [var only] ? only : $"{Ids.Count} records");
}
