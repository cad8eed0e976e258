using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Tells connectors that they have something to do. A message is a hint: the outbox says what is to be done. One too many changes nothing, one that is lost is replaced by the sweeper.</summary>
public sealed class ConnectorQueues(QueueServiceClient queues, TimeProvider time)
{
    /// <summary>When the oldest message was queued that nobody has taken yet; null when there is none.</summary>
    internal async Task<DateTimeOffset?> OldestWaitingAsync(string connector, CancellationToken cancellationToken) =>
        (await queues.GetQueueClient(ConnectorSet.QueueNameOf(connector)).PeekMessageAsync(cancellationToken)).Value?.InsertedOn;

    /// <summary>Has a subject looked at.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="subject">The subject; null for all that is due.</param>
    /// <param name="at">When; at once when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task SendAsync(string connector, string? subject, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        // Storage counts in whole seconds, and takes a week at the most.
        var delay = at - time.GetUtcNow();
        TimeSpan? hidden = delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Min(Math.Ceiling(delay.Value.TotalSeconds), TimeSpan.FromDays(6).TotalSeconds)) : null;
        return queues.GetQueueClient(ConnectorSet.QueueNameOf(connector)).SendMessageAsync(JsonSerializer.Serialize(new ConnectorDue(subject)), hidden, timeToLive: null, cancellationToken);
    }
}

/// <summary>The queue message of a connector: it is behind with something. May be delivered any number of times; the outbox says what is to be done.</summary>
/// <param name="Subject">The customer or invoice; null for all that is due.</param>
/// <param name="Retry">Whether it was given up and is to be tried again, as a failed job says.</param>
public sealed record ConnectorDue(
    string? Subject, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Retry = false) : TracedMessage;
