using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>Begins to close an invoice: from this moment on it takes no items, and the sync compares it when nothing of it is left to send.</summary>
public sealed class CloseInvoice(UsageLedger ledger)
{
    /// <returns>The invoice's row as it is now, and whether closing has begun; it has not when the invoice was being closed already, or is closed or void. Null when there is no such invoice.</returns>
    internal Task<(UsageRow Row, bool IsBegun)?> BeginAsync(InvoiceId id, CancellationToken cancellationToken) => ledger.ChangeAsync<(UsageRow, bool)?>(
        id.OrganizationId,
        async change =>
        {
            if (await change.FindAsync(UsageKeys.Of(id), cancellationToken) is not { } row)
            {
                return null;
            }

            var invoice = row.Read<UsageInvoice>();
            if (invoice.Status is not (UsageInvoiceStatus.Open or UsageInvoiceStatus.Held))
            {
                return (row, false);
            }

            var written = change.Write(invoice with { Status = UsageInvoiceStatus.Closing, Difference = [], UpdatedAt = change.Now });

            // The entry of an invoice that could not be closed may not be reported yet.
            var entry = new OutboxEntry { Kind = OutboxKind.Close, Subject = invoice.Id, QueuedAt = change.Now, IsRetried = invoice.Status == UsageInvoiceStatus.Held };
            if (await change.FindAsync(entry.Key, cancellationToken) is null)
            {
                change.Open(entry);
            }
            else
            {
                change.MarkEdited(entry);
                change.Replace(entry);
            }

            return (written, true);
        },
        cancellationToken);
}
