using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>A page of customers to be billed.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="RunStartedAt">When the run started.</param>
/// <param name="After">The last customer of the page before.</param>
public sealed record AddInvoices(string Month, DateTimeOffset RunStartedAt, string? After) : IRequest
{
    string IRequest.Key => $"add {After}";
}

/// <summary>The outcome of an <see cref="AddInvoices"/>.</summary>
/// <param name="After">The last customer that was dealt with.</param>
/// <param name="More">Whether there may be customers behind it.</param>
/// <param name="Customers">How many were dealt with; none when the queues are full.</param>
/// <param name="Added">How many invoices the run has added.</param>
/// <param name="NotBilled">How many customers are not billed.</param>
/// <param name="Pace">How long the page keeps the amount API busy: the next one is to begin that much after this one.</param>
public sealed record InvoicesAdded(string? After, bool More, int Customers, int Added, int NotBilled, TimeSpan Pace);

/// <summary>
/// Adds the invoices of a page of customers and queues their lookups, as far as the queues have room. May run twice: what is there is not added again,
/// and a lookup is queued again only for an invoice whose amount was never asked for.
/// </summary>
public sealed class AddInvoicesActivity(BilledCustomers customers, MonthlyInvoiceStore store, IOptions<AmountsOptions> amounts)
{
    [Function(nameof(AddInvoicesActivity))]
    public async Task<Answer<InvoicesAdded>> RunAsync([ActivityTrigger] AddInvoices page, CancellationToken cancellationToken)
    {
        Edge.About("month", page.Month);
        var added = await store.AddAsync(
            BillingMonth.Parse(page.Month), token => customers.ListAsync(page.After, RunPace.PageSize, token), page.RunStartedAt, cancellationToken);
        var more = added.IsCut || added.Customers == RunPace.PageSize;
        return Answer.To(page, new InvoicesAdded(
            added.Last ?? page.After, more, added.Customers, added.Added, added.NotBilled, added.Last is null ? RunPace.NoRoom : RunPace.Of(added.Lookups, amounts.Value.Limit)));
    }
}
