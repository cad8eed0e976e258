using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Sees to it that an invoice has a draft at Stripe with room for lines: what does not fit into one goes into a further one.</summary>
public sealed class DraftKeeper(UsageLedger ledger, OrganizationStore organizations, CustomerCalls customers, InvoiceCalls invoices, IOptions<SyncOptions> options)
{
    /// <summary>Notes that the last draft takes no more lines: what is tried again goes into a new one.</summary>
    internal Task<bool> EndAsync(SenderLease lease, InvoiceId invoiceId, CancellationToken cancellationToken) => ledger.ChangeAsync(
        lease.OrganizationId,
        async change =>
        {
            SenderLeases.Renew(change, lease);
            if (await change.FindInvoiceAsync(invoiceId, cancellationToken) is { StripeInvoices: [.., var last] } invoice)
            {
                change.Write(invoice with { StripeInvoices = [.. invoice.StripeInvoices.SkipLast(1), last with { IsEnded = true }] });
            }

            return true;
        },
        cancellationToken);

    /// <summary>The invoice; the last of its drafts has room.</summary>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="invoice">The invoice as it is stored.</param>
    /// <param name="mayExist">Whether a call before may have begun the draft without our knowing.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<UsageInvoice> EnsureAsync(SenderLease lease, UsageInvoice invoice, bool mayExist, string attempt, CancellationToken cancellationToken)
    {
        if (invoice.StripeInvoices is [.., var last] && !last.IsEnded && last.Lines < options.Value.MaxLinesPerInvoice)
        {
            return invoice;
        }

        var organization = (await organizations.FindAsync(lease.OrganizationId, cancellationToken))?.Read<Organization>()
            ?? throw new NotPossibleException($"There is no organization {lease.OrganizationId}.");

        // The entry that was to create the customer was given up; one of its calls may have created it all the same.
        var customerId = await customers.EnsureAsync(organization, mayExist: true, attempt, cancellationToken);
        var id = (mayExist ? await invoices.FindAsync(customerId, invoice, cancellationToken) : null) ?? await invoices.CreateAsync(customerId, invoice, attempt, cancellationToken);
        return await ledger.ChangeAsync(
            lease.OrganizationId,
            async change =>
            {
                SenderLeases.Renew(change, lease);
                var stored = await change.FindInvoiceAsync(invoice.InvoiceId, cancellationToken) ?? throw new NotPossibleException($"The invoice {invoice.Id} has been deleted.");
                var next = stored with { StripeInvoices = [.. stored.StripeInvoices, new StripeDraft(id, Lines: 0)] };
                change.Write(next);
                return next;
            },
            cancellationToken);
    }
}
