using BillingFunctions.Platform;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>Closes invoices by themselves when their month and the time of grace behind it are over, and forgets those that are closed.</summary>
public sealed class CloseSweeper(InvoiceCalendar calendar, UsageLedger ledger, CloseInvoice close, IOptions<UsageBillingOptions> options, TimeProvider time) : ISweeper
{
    private const int Parallelism = 8;

    /// <summary>How many a sweep begins to close: each needs a few calls to Stripe.</summary>
    private const int MaxInvoices = 2_000;

    /// <summary>A row without an invoice belongs to one that is being written, for as long.</summary>
    private static readonly TimeSpan BeingWritten = TimeSpan.FromMinutes(10);

    public string Name => "invoices_to_close";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (now, begun) = (time.GetUtcNow(), 0);
        var last = BillingMonth.From(now).Previous.ToString();
        var due = calendar.ListUntilAsync(last, cancellationToken).Where(row => options.Value.ClosesAt(row.Period) <= now).Take(MaxInvoices);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (row, token) =>
        {
            var invoice = (await ledger.FindAsync(row.Invoice.OrganizationId, UsageKeys.Of(row.Invoice), token))?.Read<UsageInvoice>();
            switch (invoice?.Status)
            {
                case UsageInvoiceStatus.Open:
                    await close.BeginAsync(row.Invoice, token);
                    Interlocked.Increment(ref begun);
                    break;
                case null when now - row.WrittenAt > BeingWritten:
                case UsageInvoiceStatus.Closed or UsageInvoiceStatus.Held or UsageInvoiceStatus.Void:
                    await calendar.RemoveAsync(row.Invoice, row.Period, token);
                    break;
            }
        });
        return begun;
    }
}
