using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>
/// Notes the ids of lines that were added, when nothing more is to be sent: Stripe's answer to a call shows the first ten lines of an invoice, and one list of the rest
/// costs less of the limit than one after each call. What a crash leaves unnoted is noted when the invoice is closed.
/// </summary>
public sealed class LineNotes(UsageLedger ledger, LineCalls lines)
{
    /// <summary>Notes them.</summary>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="invoiceId">Our invoice.</param>
    /// <param name="wanted">The items whose lines' ids are not known.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task NoteAsync(SenderLease lease, InvoiceId invoiceId, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        if ((await ledger.FindAsync(lease.OrganizationId, UsageKeys.Of(invoiceId), cancellationToken))?.Read<UsageInvoice>() is not { } invoice)
        {
            return;
        }

        foreach (var draft in invoice.StripeInvoices)
        {
            var listed = await lines.ListAsync(draft.Id, draft.LastLineId, cancellationToken).ToListAsync(cancellationToken);
            var found = listed.Where(line => line.ItemId is not null && wanted.Contains(line.ItemId)).DistinctBy(line => line.ItemId).ToDictionary(line => line.ItemId!, line => line.Id);
            await WriteAsync(lease, invoiceId, found, draft with { LastLineId = listed.LastOrDefault()?.Id ?? draft.LastLineId }, cancellationToken);
        }
    }

    /// <summary>Writes ids of lines into their items.</summary>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="invoiceId">Our invoice.</param>
    /// <param name="found">The ids by item; the items must be there.</param>
    /// <param name="draft">The invoice at Stripe, as it is to be noted.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task WriteAsync(SenderLease lease, InvoiceId invoiceId, IReadOnlyDictionary<string, string> found, StripeDraft draft, CancellationToken cancellationToken)
    {
        foreach (var chunk in found.Chunk(LedgerChange.MaxRows - 1))
        {
            await ledger.ChangeAsync(
                lease.OrganizationId,
                async change =>
                {
                    SenderLeases.Renew(change, lease);
                    foreach (var (itemId, lineId) in chunk)
                    {
                        change.NoteLine(ItemId.Parse(itemId)!.Value, lineId);
                    }

                    if (await change.FindInvoiceAsync(invoiceId, cancellationToken) is { } invoice)
                    {
                        change.Write(invoice with { StripeInvoices = [.. invoice.StripeInvoices.Select(known => known.Id == draft.Id ? known with { LastLineId = draft.LastLineId } : known)] });
                    }

                    return true;
                },
                cancellationToken);
        }
    }
}
