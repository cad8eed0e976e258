using System.Text.Json;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>
/// Takes messages into the failed jobs that the app could not deal with, for reasons of its own. What the organization has waiting stays in its outbox, and the sweeper
/// brings it again. May run twice.
/// </summary>
public sealed class SyncPoisonQueueFunctions(FailedJobStore failedJobs, PoisonMessages messages)
{
    private const string Reason = "The organization could not be synced. What it has waiting is tried again by itself; the log says why.";

    [Function("SyncItemsPoisonQueueFunction")]
    public Task RunItemsAsync([QueueTrigger($"{OrganizationDue.ItemsQueue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken) =>
        GiveUpAsync(OrganizationDue.ItemsQueue, message, cancellationToken);

    [Function("SyncGroupsPoisonQueueFunction")]
    public Task RunGroupsAsync([QueueTrigger($"{OrganizationDue.GroupsQueue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken) =>
        GiveUpAsync(OrganizationDue.GroupsQueue, message, cancellationToken);

    private async Task GiveUpAsync(string queue, string message, CancellationToken cancellationToken)
    {
        var due = await messages.ReadAsync<OrganizationDue>(queue, message, due => OrganizationId.Is(due.OrganizationId), cancellationToken);
        Edge.About("organization_id", due?.OrganizationId);
        if (due is not null)
        {
            await failedJobs.AddAsync(queue, due.Retry ?? due.OrganizationId, JsonSerializer.Serialize(due), Reason, PoisonMessages.Deliveries, cancellationToken);
        }
    }
}
