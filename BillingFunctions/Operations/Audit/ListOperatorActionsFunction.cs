using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.Audit;

/// <summary><c>GET /api/audit</c>: what operators did, newest first.</summary>
public sealed class ListOperatorActionsFunction(OperatorAudit audit)
{
    /// <summary>Lists what operators did, newest first.</summary>
    /// <remarks>Each call by which a person steers the app, with who made it and what came of it.</remarks>
    [Function(nameof(ListOperatorActionsFunction))]
    [QueryParameter<string>("who", "Only actions of this user, fingerprint of a key, or address.")]
    [QueryParameter<string>("action", "Only calls of this name, such as retry_lookups.")]
    [QueryParameter<ActionOutcome>("outcome", "Only actions that ended so.")]
    [QueryParameter<string>("about", "Only actions about this, such as a month or the id of an export.")]
    [ProducesPage<OperatorAction>]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/audit")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, "who", "action", "outcome", "about", "limit", "cursor");
        var filter = new ActionFilter(
            QueryParameters.ReadText(request, "who", errors), QueryParameters.ReadText(request, "action", errors), QueryParameters.ReadName<ActionOutcome>(request, "outcome", errors), QueryParameters.ReadText(request, "about", errors));
        if (PageRequest.From(request, errors, OperatorAudit.IsId) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await audit.ListAsync(filter, page.Cursor, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, action => action, action => action.Id));
    }
}
