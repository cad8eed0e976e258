using BillingFunctions.Platform;
using BillingFunctions.Platform.Proving;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using BillingFunctions.UsageBilling.Sync.Closing;

namespace BillingFunctions.UsageBilling.Proof;

/// <summary>Proves usage billing: each item of the month's invoices has its line at Stripe, with its amount, and no line is there without an item.</summary>
internal sealed class UsageProofSource(InvoiceCalendar calendar, UsageLedger ledger, LineCalls lines, TimeProvider time) : IProofSource
{
    public async Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var tally = new ProofTally("usage_items", "Each item of usage has its line at Stripe.", "items", "lines at Stripe");
        try
        {
            await foreach (var id in calendar.ListAsync(month.ToString(), cancellationToken))
            {
                if ((await ledger.FindAsync(id.OrganizationId, UsageKeys.Of(id), cancellationToken))?.Read<UsageInvoice>() is { Status: not UsageInvoiceStatus.Void } invoice)
                {
                    await AddAsync(tally, invoice, cancellationToken);
                }
            }

            return [tally.ToLine()];
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { } failure)
        {
            return [tally.ToLine(failure.Reason)];
        }
    }

    private async Task AddAsync(ProofTally tally, UsageInvoice invoice, CancellationToken cancellationToken)
    {
        var items = await ledger.ListAsync(invoice.InvoiceId.OrganizationId, UsageKeys.ItemsOf(invoice.InvoiceId), after: null, cancellationToken).Select(ItemRow.Read).ToListAsync(cancellationToken);
        foreach (var item in items.Where(item => !item.IsDeleted))
        {
            tally.Expect(item.Id, new Money(item.Line.Amount, item.Currency));
        }

        var listed = new List<StripeLine>();
        foreach (var draft in invoice.StripeInvoices)
        {
            listed.AddRange(await StripePatience.Create(time).ExecuteAsync(async token => await lines.ListAllAsync(draft.Id, token), cancellationToken));
        }

        var credited = items.Where(item => item.Sent is { Credited: not 0 }).ToDictionary(item => item.Id, item => item.Sent!.Credited);
        foreach (var line in listed.Where(line => line.ItemId is not null))
        {
            tally.Find($"{line.ItemId} {line.Id}", new Money(line.Amount - credited.GetValueOrDefault(line.ItemId!), line.Currency));
        }

        foreach (var difference in InvoiceProof.From(items, listed, invoice.Currency).Difference)
        {
            tally.Differ(new ProofDifference("item", difference.ItemId, difference.What));
        }
    }
}
