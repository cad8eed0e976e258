using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers;

/// <summary>The customers, and one customer. What has been deleted is shown too, and says so.</summary>
public sealed class ReadCustomersFunctions(CustomerStore customers)
{
    /// <summary>In no order that means anything, but always the same one.</summary>
    [Function("ListCustomersFunction")]
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

    [Function("GetCustomerFunction")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await customers.FindAsync(PathSegment.Decode(id), cancellationToken) is { } customer ? ApiJson.Ok(CustomerView.From(customer)) : Problems.NotFound($"customer {id}");
}
