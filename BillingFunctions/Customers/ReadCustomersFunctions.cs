using Azure;
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
    /// <remarks>
    /// In no order that means anything, but always the same one. There is no index by `email` or `name`: a request looks for up to ten seconds, and when that was not enough it answers with what it has found, be
    /// it nothing, and with a `next_cursor` to go on.
    /// </remarks>
    [Function("ListCustomersFunction")]
    [QueryParameter<string>("email", "Only those with this address, as it was written or in lower case.")]
    [QueryParameter<string>("name", "Only those whose name begins so; upper and lower case count.")]
    [ProducesPage<CustomerView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var search = CustomerSearch.From(request, errors);
        if (PageRequest.From(request, errors, search is null ? TableKey.IsValid : null) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        if (search is not null)
        {
            return await SearchAsync(search, page, cancellationToken);
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

    private async Task<IResult> SearchAsync(CustomerSearch search, PageRequest page, CancellationToken cancellationToken)
    {
        try
        {
            var (found, next) = await customers.SearchAsync(search, page.Cursor, page.Limit, cancellationToken);
            return ApiJson.Ok(new ListPage<CustomerView>([.. found.Select(CustomerView.From)], next));
        }
        catch (RequestFailedException refused) when (refused.Status == StatusCodes.Status400BadRequest && page.Cursor is not null)
        {
            // The cursor of a search is storage's own, and only storage can tell one that is none.
            return Problems.Invalid("cursor", "cursor must be a next_cursor value from the previous page.");
        }
    }
}
