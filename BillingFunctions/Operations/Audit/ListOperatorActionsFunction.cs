using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.Audit;

/// <summary><c>GET /api/audit</c>: what operators did, newest first.</summary>
public sealed class ListOperatorActionsFunction(OperatorAudit audit)
{
    [Function(nameof(ListOperatorActionsFunction))]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/audit")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, "who", "action", "outcome", "about", "limit", "cursor");
        var outcome = QueryParameters.ReadName<ActionOutcome>(request, "outcome", errors);
        if (PageRequest.From(request, errors, OperatorAudit.IsId) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var filter = new ActionFilter(TextOf(request, "who"), TextOf(request, "action"), outcome, TextOf(request, "about"));
        var found = await audit.ListAsync(filter, page.Cursor, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, action => action, action => action.Id));
    }

    private static string? TextOf(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } text] ? text : null;
}
