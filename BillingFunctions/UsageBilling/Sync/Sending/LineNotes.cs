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
    /// <param name="stripeInvoiceId">The invoice at Stripe that they were added to.</param>
    /// <param name="wanted">The items whose lines' ids are not known.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task NoteAsync(SenderLease lease, InvoiceId invoiceId, string stripeInvoiceId, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        var invoice = (await ledger.FindAsync(lease.OrganizationId, UsageKeys.Of(invoiceId), cancellationToken))?.Read<UsageInvoice>();
        if (invoice?.StripeInvoices.FirstOrDefault(draft => draft.Id == stripeInvoiceId) is not { } draft)
        {
            return;
        }

        var (found, last) = await FindAsync(draft, wanted, cancellationToken);
        await WriteAsync(lease, invoiceId, found, draft with { LastLineId = last ?? draft.LastLineId }, cancellationToken);
    }

    /// <summary>Looks behind the last line that is known, where Stripe puts new ones; if they are not all there, from the beginning.</summary>
    private async Task<(Dictionary<string, string> Found, string? Last)> FindAsync(StripeDraft draft, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        var listed = await lines.ListAsync(draft.Id, draft.LastLineId, cancellationToken).ToListAsync(cancellationToken);
        if (draft.LastLineId is not null && listed.Count(line => line.ItemId is not null && wanted.Contains(line.ItemId)) < wanted.Count)
        {
            listed = await lines.ListAsync(draft.Id, after: null, cancellationToken).ToListAsync(cancellationToken);
        }

        var ours = listed.Where(line => line.ItemId is not null && wanted.Contains(line.ItemId)).DistinctBy(line => line.ItemId);
        return (ours.ToDictionary(line => line.ItemId!, line => line.Id), listed.LastOrDefault()?.Id);
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
