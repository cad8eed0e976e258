using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>
/// Ends mails whose message the app could not deal with, for reasons of its own: storage was away, or the process died each time. What may be on its way is
/// not called failed, but looked at again. May run twice.
/// </summary>
public sealed class GiveUpInvoiceEmailFunction(MonthlyInvoiceStore store, InvoiceMailOutcomes outcomes, InvoiceQueues queues, PoisonMessages messages, TimeProvider time)
{
    private const string Reason = "The mail could not be processed. The log says why.";

    [Function(nameof(GiveUpInvoiceEmailFunction))]
    public async Task RunAsync([QueueTrigger($"{InvoiceEmail.Queue}-poison", Connection = StorageConnection.Name)] string text, CancellationToken cancellationToken)
    {
        var message = await messages.ReadAsync<InvoiceEmail>(InvoiceEmail.Queue, text, email => MonthlyInvoiceStore.IsKey(email.Month, email.CustomerId), cancellationToken);
        Edge.About("month", message?.Month);
        Edge.About("customer_id", message?.CustomerId);
        while (message is not null && !await TryRunAsync(message, cancellationToken))
        {
            // Somebody else has changed the invoice meanwhile.
        }
    }

    private async Task<bool> TryRunAsync(InvoiceEmail message, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(message.Month, message.CustomerId, cancellationToken) is not { } found)
        {
            return true;
        }

        var invoice = found.WithLeaseChecked(time.GetUtcNow(), UnknownDelivery.Hold);
        switch (invoice.Status)
        {
            case InvoiceStatus.Priced:
                return await outcomes.TryFailAsync(message, invoice with { Reason = Reason }, cancellationToken);
            case InvoiceStatus.EmailFailed:
                await outcomes.AddFailedJobAsync(message, invoice, cancellationToken);
                return true;
            case InvoiceStatus.Sending:
                await queues.EnqueueAsync(message with { FollowsAttempt = invoice.EmailAttempts }, MonthlyInvoice.SendingLease, cancellationToken);
                return true;
            case InvoiceStatus.DeliveryUnknown when invoice != found:
                return await store.TryUpdateAsync(invoice, cancellationToken) is not null;
            default:
                return true;
        }
    }
}
