using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>Ends lookups whose message the app could not deal with, for reasons of its own: storage was away, or the process died each time. May run twice.</summary>
public sealed class GiveUpLookupFunction(MonthlyInvoiceStore store, FailedJobStore failedJobs, PoisonMessages messages)
{
    private const string Reason = "The lookup could not be processed. The log says why.";

    [Function(nameof(GiveUpLookupFunction))]
    public async Task RunAsync([QueueTrigger($"{InvoiceLookup.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        var read = await messages.ReadAsync<InvoiceLookup>(InvoiceLookup.Queue, message, lookup => MonthlyInvoiceStore.IsKey(lookup.Month, lookup.CustomerId), cancellationToken);
        Edge.About("month", read?.Month);
        Edge.About("customer_id", read?.CustomerId);
        if (read is { } lookup && await FailAsync(lookup, cancellationToken))
        {
            var payload = JsonSerializer.Serialize(lookup with { Attempts = 0 });
            await failedJobs.AddAsync(InvoiceLookup.Queue, lookup.JobId, payload, Reason, PoisonMessages.Deliveries, cancellationToken);
        }
    }

    /// <returns>Whether the invoice has failed; false when another message has brought it further.</returns>
    private async Task<bool> FailAsync(InvoiceLookup lookup, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(lookup.Month, lookup.CustomerId, cancellationToken) is { Status: InvoiceStatus.Pending or InvoiceStatus.LookupFailed } invoice)
        {
            if (invoice.Status == InvoiceStatus.Pending && invoice.LookupAttempts != lookup.Attempts)
            {
                return false;
            }

            var failed = invoice with { Status = InvoiceStatus.LookupFailed, Reason = Reason, LookupAttempts = lookup.Attempts };
            if (invoice.Status == InvoiceStatus.LookupFailed || await store.TryUpdateAsync(failed, cancellationToken) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
