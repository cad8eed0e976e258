using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers.Invoices;

/// <summary>All invoices of a customer in one list: Stripe's from the catalogue, and those that other capabilities keep.</summary>
public sealed class ListCustomerInvoicesFunction(CustomerStore customers, CustomerInvoiceStore catalogue, IEnumerable<ICustomerInvoiceSource> sources)
{
    /// <summary>Lists all invoices of a customer, newest first: Stripe's, the monthly ones and those of its usage.</summary>
    [Function(nameof(ListCustomerInvoicesFunction))]
    [ProducesPage<InvoiceView>]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/invoices")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, InvoiceSortKey.Is) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        id = PathSegment.Decode(id);
        if (!TableKey.IsValid(id))
        {
            return Problems.NotFound($"customer {id}");
        }

        var customer = await customers.FindAsync(id, cancellationToken);
        var owner = InvoiceOwner.From(id, customer);
        var others = await Task.WhenAll(sources.Select(source => source.ListAsync(owner, cancellationToken)));
        var count = page.Limit + 1;
        var catalogued = await catalogue.ListAsync(owner.StripeId, page.Cursor, count, cancellationToken).Take(count).Select(InvoiceView.From).ToListAsync(cancellationToken);
        var found = JoinedInvoices.Page(catalogued, [.. others.SelectMany(some => some)], page.Cursor, count);
        return found.Count == 0 && customer is null
            ? Problems.NotFound($"customer {id}")
            : ApiJson.Ok(page.Cut(found, invoice => invoice, InvoiceSortKey.From));
    }
}
