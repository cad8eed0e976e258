using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Operations.Audit;

/// <summary>Lets users who may only look do nothing else: of theirs, only GET and HEAD reach a function, and what changes nothing by its <see cref="ChangesNothingAttribute"/>.</summary>
internal sealed class ReaderMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { Request: var request } && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && Caller.IsReader(request)
            && !FunctionAttributes<ChangesNothingAttribute>.AreOn(context.FunctionDefinition))
        {
            context.GetInvocationResult().Value = Problems.Problem(
                StatusCodes.Status403Forbidden, "forbidden", "Not allowed", "You are signed in as a reader, who may look and change nothing. The role Billing.Operator is needed.");
            return;
        }

        await next(context);
    }
}
