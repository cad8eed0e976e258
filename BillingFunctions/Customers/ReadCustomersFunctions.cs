using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers;

/// <summary>The customers, one customer, and the invoices that Stripe made for it. What has been deleted is shown too, and says so.</summary>
public sealed class ReadCustomersFunctions(CustomerStore customers, CustomerInvoiceStore invoices)
{
    /// <summary>In no order that means anything, but always the same one.</summary>
    [Function("ListCustomersFunction")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, TableKey.IsAllowed) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await customers.ListAsync(page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, CustomerView.Of, customer => customer.Id));
    }

    [Function("GetCustomerFunction")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await customers.FindAsync(id, cancellationToken) is { } customer ? ApiJson.Ok(CustomerView.Of(customer)) : NotFound(id);

    /// <summary>Newest first.</summary>
    [Function("ListCustomerInvoicesFunction")]
    public async Task<IResult> ListInvoicesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/invoices")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, CustomerInvoiceStore.IsRowKey) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await invoices.ListAsync(id, page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);

        // An invoice may be heard of before its customer.
        return found.Count == 0 && await customers.FindAsync(id, cancellationToken) is null
            ? NotFound(id)
            : ApiJson.Ok(page.Cut(found, InvoiceView.Of, CustomerInvoiceStore.RowKeyOf));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"customer {id}");
}
