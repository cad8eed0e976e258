using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Sweeping;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// Sees to open invoices that nobody is at work on: a mail whose sender has died, and a message that was lost, or is hidden with the process that held it.
/// Several may do so at once: each change is a compare-and-swap, and a message carries the attempt that it is for, so that one too many changes nothing.
/// </summary>
public sealed class HangingInvoices(
    MonthlyInvoiceStore store, InvoiceQueues queues, QueueRoom queueRoom, RetryDelays delays, IOptions<InvoicingOptions> options, CapabilityStates capabilities, TimeProvider time)
{
    private readonly bool _sendsMails = capabilities.IsOn(typeof(SendInvoiceEmailFunction));

    /// <summary>Whether its message is to be put on the queue again: it has none yet, or was due two minutes ago.</summary>
    internal bool IsSilent(MonthlyInvoice invoice) =>
        (invoice.Status == InvoiceStatus.Pending || (invoice.Status == InvoiceStatus.Priced && _sendsMails))
        && (invoice.QueuedAt is not { } due || time.GetUtcNow() - due > ISweeper.Silence);

    /// <summary>Settles a mail whose sender has died, as <see cref="MonthlyInvoice.WithLeaseChecked"/> says.</summary>
    /// <returns>The invoice as it is now, if nobody else has changed it.</returns>
    internal async Task<MonthlyInvoice> CheckLeaseAsync(MonthlyInvoice stored, CancellationToken cancellationToken)
    {
        var invoice = stored.WithLeaseChecked(time.GetUtcNow(), delays.PolicyFor(stored, options.Value.UnknownDelivery));
        return ReferenceEquals(invoice, stored) ? stored : await store.TryUpdateAsync(invoice, cancellationToken) ?? stored;
    }

    /// <summary>Puts messages of silent invoices on the queues, as far as there is room: behind a long queue silence means nothing.</summary>
    /// <returns>How many.</returns>
    internal Task<int> RequeueAsync(IReadOnlyCollection<MonthlyInvoice> silent, CancellationToken cancellationToken) => silent.Count == 0
        ? Task.FromResult(0)
        : queueRoom.InLineAsync(room => RequeueAsync(silent.Take(room), cancellationToken), cancellationToken);

    private async Task<int> RequeueAsync(IEnumerable<MonthlyInvoice> silent, CancellationToken cancellationToken)
    {
        var requeued = 0;
        foreach (var invoice in silent)
        {
            // Marked first: a message more often than every two minutes would be too many.
            if (await store.TryUpdateAsync(invoice with { QueuedAt = time.GetUtcNow() }, cancellationToken) is not null)
            {
                await queues.EnqueueNextAsync(invoice, cancellationToken);
                requeued++;
            }
        }

        return requeued;
    }
}
