using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using Stripe;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>Takes back what stands on an invoice that is no draft any more: by a credit note, for the part that is too much.</summary>
public sealed class CreditCalls(StripeClients stripe, ShadowCalls shadow)
{
    private const string ReductionKey = "billing_credited";

    private CreditNoteService Notes => stripe.For(StripeLane.ItemSync).V1.CreditNotes;

    /// <summary>Credits part of an item's line, once: a note that a lost call may have made is looked for first.</summary>
    /// <param name="item">The item.</param>
    /// <param name="amount">How much is too much, in minor units, above zero.</param>
    /// <param name="isPaid">Whether the invoice is paid: then the amount goes to the customer's balance.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task CreditAsync(UsageItem item, long amount, bool isPaid, string attempt, CancellationToken cancellationToken)
    {
        var invoiceId = item.Sent!.StripeInvoiceId;

        // From and to: an item may be reduced more than once.
        var reduction = $"{item.Sent.Amount}>{item.Sent.Amount - amount}";
        var key = IdempotencyKeys.Of("credit", attempt, new { item.Id, reduction });
        if (shadow.AreOn)
        {
            await shadow.CreditAsync(item, amount, key, cancellationToken);
            return;
        }

        var notes = StripeLists.AllAsync(
            new CreditNoteListOptions { Invoice = invoiceId, Limit = 100 }, page => Notes.ListAsync(page, cancellationToken: cancellationToken), cancellationToken);
        if (await notes.AnyAsync(note => note.Metadata?.GetValueOrDefault(LineCalls.ItemKey) == item.Id && note.Metadata.GetValueOrDefault(ReductionKey) == reduction, cancellationToken))
        {
            return;
        }

        var options = new CreditNoteCreateOptions
        {
            Invoice = invoiceId,
            Reason = "order_change",
            CreditAmount = isPaid ? amount : null,
            Lines = [new CreditNoteLineOptions { Type = "custom_line_item", Quantity = 1, UnitAmount = amount, Description = item.Line.Description ?? item.Line.Product ?? "Usage" }],
            Metadata = new Dictionary<string, string> { [LineCalls.ItemKey] = item.Id, [ReductionKey] = reduction },
        };
        await Notes.CreateAsync(options, new RequestOptions { IdempotencyKey = key }, cancellationToken);
    }
}
