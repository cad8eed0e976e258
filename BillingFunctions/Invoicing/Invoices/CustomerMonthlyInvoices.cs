using System.Collections.Concurrent;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>The monthly invoices of a customer, for the list of all its invoices. Each is read by its full key, so that the cost grows with the months, not with the customers.</summary>
public sealed class CustomerMonthlyInvoices(InvoicingRuns runs, MonthlyInvoiceStore store) : ICustomerInvoiceSource
{
    /// <summary>Ten years: only the latest 120 months that have had a run are listed.</summary>
    private const int MaxMonths = 120;

    private const int Parallelism = 8;

    public async Task<IReadOnlyList<InvoiceView>> ListAsync(InvoiceOwner owner, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<InvoiceView>();
        var months = await runs.ListMonthsAsync(MaxMonths, before: null, cancellationToken);
        await Parallel.ForEachAsync(months, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (month, token) =>
        {
            // A row that says why a customer is not billed is no invoice.
            if (await store.FindAsync(month, owner.CustomerId, token) is { Status: not InvoiceStatus.NotBilled } invoice)
            {
                found.Add(ViewOf(invoice));
            }
        });
        return [.. found];
    }

    /// <summary>What is owed is known after the lookup; whether it was paid is not known here.</summary>
    internal static InvoiceView ViewOf(MonthlyInvoice invoice)
    {
        var month = BillingMonth.Parse(invoice.Month);
        return new InvoiceView
        {
            Id = InvoiceRef.Of(invoice).ToString(),
            Source = InvoiceSource.Monthly,
            CustomerId = invoice.CustomerId,
            Status = invoice.Status.ToText(),
            AmountDue = invoice.Amount,
            Total = invoice.Amount,
            Created = invoice.CreatedAt,
            PeriodStart = month.Start,
            PeriodEnd = month.End,
            UpdatedAt = invoice.UpdatedAt,
        };
    }
}
