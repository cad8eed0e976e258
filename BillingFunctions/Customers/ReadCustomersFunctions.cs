using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers;

/// <summary>The customers, and one customer. What has been deleted is shown too, and says so.</summary>
public sealed class ReadCustomersFunctions(CustomerStore customers)
{
    /// <summary>Lists the customers, deleted ones too.</summary>
    /// <remarks>In no order that means anything, but always the same one.</remarks>
    [Function("ListCustomersFunction")]
    [ProducesPage<CustomerView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, TableKey.IsValid) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await customers.ListAsync(page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, CustomerView.From, customer => customer.Id));
    }

    /// <summary>Shows a customer, be it deleted.</summary>
    /// <remarks>The id may be ours, Stripe's or Salesforce's.</remarks>
    [Function("GetCustomerFunction")]
    [ProducesResponseType<CustomerView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await customers.FindAsync(PathSegment.Decode(id), cancellationToken) is { } customer ? ApiJson.Ok(CustomerView.From(customer)) : Problems.NotFound($"customer {id}");
}
