using System.Collections.Concurrent;
using System.Text.Json;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>The usage invoices of all organizations that are one customer at Stripe, for the list of all its invoices.</summary>
public sealed class CustomerUsageInvoices(OrganizationStore organizations, UsageLedger ledger) : ICustomerInvoiceSource
{
    private const int Parallelism = 8;

    public async Task<IReadOnlyList<InvoiceView>> ListAsync(InvoiceOwner owner, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<InvoiceView>();
        var ofCustomer = organizations.ListOfCustomerAsync(owner.StripeId, cancellationToken);
        await Parallel.ForEachAsync(ofCustomer, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (organization, token) =>
        {
            await foreach (var row in ledger.ListAsync(organization.Id, UsageKeys.Invoices, after: null, token))
            {
                found.Add(ViewOf(row.Read<UsageInvoice>(), owner.StripeId));
            }
        });
        return [.. found];
    }

    /// <summary>The amounts stand on its Stripe invoices: its own would be a sum over its items, of which some may not have been sent.</summary>
    internal static InvoiceView ViewOf(UsageInvoice invoice, string customerId)
    {
        var month = BillingMonth.Parse(invoice.Period);
        return new InvoiceView
        {
            Id = invoice.Id,
            Source = InvoiceSource.Usage,
            CustomerId = customerId,
            Status = JsonNamingPolicy.SnakeCaseLower.ConvertName(invoice.Status.ToString()),
            Created = invoice.CreatedAt,
            DueDate = invoice.DueDate,
            PeriodStart = month.Start,
            PeriodEnd = month.End,
            UpdatedAt = invoice.UpdatedAt,
            StripeInvoiceIds = [.. invoice.StripeInvoices.Select(draft => draft.Id)],
        };
    }
}
