using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>
/// Puts organizations that have something to send on the queues. A message is a hint: what is to be sent stands in the organization's outbox, so that one too many
/// changes nothing, and one that is lost is replaced by the sweeper.
/// </summary>
public sealed class SyncQueues(QueueServiceClient queues, TimeProvider time)
{
    private readonly QueueClient _items = queues.GetQueueClient(OrganizationDue.ItemsQueue);
    private readonly QueueClient _groups = queues.GetQueueClient(OrganizationDue.GroupsQueue);

    internal Task SendAsync(string organizationId, Wake wake, CancellationToken cancellationToken)
    {
        // Storage counts in whole seconds, and takes a week at the most.
        var delay = wake.At - time.GetUtcNow();
        TimeSpan? hidden = delay <= TimeSpan.Zero ? null : TimeSpan.FromSeconds(Math.Min(Math.Ceiling(delay.TotalSeconds), TimeSpan.FromDays(6).TotalSeconds));
        var queue = wake.IsGroup ? _groups : _items;
        return queue.SendMessageAsync(JsonSerializer.Serialize(new OrganizationDue(organizationId)), hidden, timeToLive: null, cancellationToken);
    }
}

/// <summary>The queue message: an organization has something to send. May be delivered any number of times; its outbox says what is to be done.</summary>
/// <param name="OrganizationId">The organization.</param>
/// <param name="Retry">The id of what was given up and is to be tried again, as a failed job says: an item, an invoice to be closed, or the organization for its customer; null in all other messages.</param>
public sealed record OrganizationDue(
    string OrganizationId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Retry = null) : TracedMessage
{
    /// <summary>For items that go one by one, and for failed jobs.</summary>
    public const string ItemsQueue = "usage-items";

    /// <summary>For groups that are ready, or will have waited long enough when the message arrives.</summary>
    public const string GroupsQueue = "usage-groups";
}

/// <summary>When a message about an organization is to arrive.</summary>
/// <param name="At">The moment; in the past for at once.</param>
/// <param name="IsGroup">Whether it is about a group.</param>
internal sealed record Wake(DateTimeOffset At, bool IsGroup);
