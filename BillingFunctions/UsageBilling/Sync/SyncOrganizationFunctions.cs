using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Sync.Sending;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>Sends what an organization has waiting. A message may come any number of times, and late: the organization's outbox says what is left, and its lease keeps senders apart.</summary>
public sealed class SyncOrganizationFunctions(OrganizationSync sync, RetryItem retryItem, CloseInvoice closeInvoice, ChangeOrganizations organizations)
{
    [Function("SyncItemsFunction")]
    public Task RunItemsAsync([QueueTrigger(OrganizationDue.ItemsQueue, Connection = StorageConnection.Name)] OrganizationDue due, CancellationToken cancellationToken) =>
        RunAsync(due, cancellationToken);

    [Function("SyncGroupsFunction")]
    public Task RunGroupsAsync([QueueTrigger(OrganizationDue.GroupsQueue, Connection = StorageConnection.Name)] OrganizationDue due, CancellationToken cancellationToken) =>
        RunAsync(due, cancellationToken);

    private async Task RunAsync(OrganizationDue due, CancellationToken cancellationToken)
    {
        Edge.About("organization_id", due.OrganizationId);
        if (ItemId.Parse(due.Retry) is { } item)
        {
            await retryItem.RunAsync(item, cancellationToken);
        }
        else if (InvoiceId.Parse(due.Retry) is { } invoice)
        {
            await closeInvoice.BeginAsync(invoice, cancellationToken);
        }
        else if (due.Retry == due.OrganizationId)
        {
            await organizations.QueueCustomerAsync(due.OrganizationId, cancellationToken, isRetried: true);
        }

        await sync.RunAsync(due.OrganizationId, cancellationToken);
    }
}
