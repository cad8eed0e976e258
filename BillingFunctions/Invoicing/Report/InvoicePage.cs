using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>What a run does with some customers. Pure.</summary>
/// <param name="Writes">Invoices to insert, and those to change.</param>
/// <param name="Lookups">Customers whose amount is to be looked up.</param>
/// <param name="Added">How many invoices are of this run: new, not billed before, or added by it when it looked at these customers for the first time.</param>
/// <param name="NotBilled">How many customers are not billed.</param>
internal sealed record InvoicePage(IReadOnlyList<MonthlyInvoice> Writes, IReadOnlyList<string> Lookups, int Added, int NotBilled)
{
    /// <summary>Adds what is missing and leaves alone what is there, except that who can be billed now is billed.</summary>
    /// <param name="month">The month.</param>
    /// <param name="customers">Some customers of one bucket.</param>
    /// <param name="existing">Those of their invoices that are there, by customer.</param>
    /// <param name="runStartedAt">When the run started.</param>
    /// <param name="now">When the lookups will be queued.</param>
    public static InvoicePage Plan(
        BillingMonth month, IReadOnlyCollection<BilledCustomer> customers, IReadOnlyDictionary<string, MonthlyInvoice> existing, DateTimeOffset runStartedAt, DateTimeOffset now)
    {
        var writes = new List<MonthlyInvoice>();
        var lookups = new List<string>();
        foreach (var customer in customers)
        {
            var reason = customer.ReasonNotBilled(month);
            var before = existing.GetValueOrDefault(customer.Id);
            if (before is null || (before.Status == InvoiceStatus.NotBilled && reason is null))
            {
                writes.Add(Start(before ?? new MonthlyInvoice { Month = month.ToString(), CustomerId = customer.Id }, customer, reason, now));
            }

            if (reason is null && before is null or { Status: InvoiceStatus.NotBilled or InvoiceStatus.Pending })
            {
                lookups.Add(customer.Id);
            }
        }

        var added = writes.Count(invoice => invoice.Status == InvoiceStatus.Pending)
            + existing.Values.Count(invoice => invoice.Status != InvoiceStatus.NotBilled && invoice.CreatedAt >= runStartedAt);
        return new InvoicePage(writes, lookups, added, customers.Count(customer => customer.ReasonNotBilled(month) is not null));
    }

    private static MonthlyInvoice Start(MonthlyInvoice invoice, BilledCustomer customer, string? reason, DateTimeOffset now) => customer.Describe(invoice) with
    {
        Status = reason is null ? InvoiceStatus.Pending : InvoiceStatus.NotBilled,
        Reason = reason,
        QueuedAt = reason is null ? now : null,
    };
}
