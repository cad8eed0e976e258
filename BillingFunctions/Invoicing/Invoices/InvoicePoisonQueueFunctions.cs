using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Ends lookups and mails whose message failed at each delivery for reasons of the app itself, such as storage that was unavailable. Each may run twice.</summary>
public sealed class InvoicePoisonQueueFunctions(MonthlyInvoiceStore store, PoisonMessages messages)
{
    [Function("LookUpAmountPoisonQueueFunction")]
    public async Task OnLookupAsync([QueueTrigger($"{InvoiceLookup.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        if (await messages.ReadAsync<InvoiceLookup>(InvoiceLookup.Queue, message, lookup => MonthlyInvoiceStore.IsKey(lookup.Month, lookup.CustomerId), cancellationToken) is { } lookup)
        {
            await EndAsync(lookup.Month, lookup.CustomerId, new LookupAbandoned(lookup.Attempts), cancellationToken);
        }
    }

    [Function("SendInvoiceEmailPoisonQueueFunction")]
    public async Task OnEmailAsync([QueueTrigger($"{InvoiceEmail.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        if (await messages.ReadAsync<InvoiceEmail>(InvoiceEmail.Queue, message, email => MonthlyInvoiceStore.IsKey(email.Month, email.CustomerId), cancellationToken) is { } email)
        {
            await EndAsync(email.Month, email.CustomerId, new EmailAbandoned(), cancellationToken);
        }
    }

    private async Task EndAsync(string month, string customerId, InvoiceEvent @event, CancellationToken cancellationToken)
    {
        Edge.About("month", month);
        Edge.About("customer_id", customerId);
        await store.ApplyAsync(month, customerId, @event, cancellationToken);
    }
}
