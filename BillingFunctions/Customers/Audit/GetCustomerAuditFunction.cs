using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers.Audit;

/// <summary><c>GET /api/customers/{id}/audit</c>: which values of a customer lost against which, and what was merged into it. Newest first.</summary>
public sealed class GetCustomerAuditFunction(CustomerStore customers, CustomerAudit audit)
{
    /// <summary>Lists what was overwritten, merged or refused of a customer, newest first.</summary>
    [Function(nameof(GetCustomerAuditFunction))]
    [ProducesPage<AuditEntry>]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/customers/{id}/audit")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, CustomerAudit.IsCursor) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        if (await customers.FindAsync(PathSegment.Decode(id), cancellationToken) is not { } customer)
        {
            return Problems.NotFound($"customer {id}");
        }

        var found = await audit.ListAsync(customer.Id, page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, entry => entry.Entry, entry => entry.Cursor));
    }
}
