using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Platform.Http;

/// <summary>Refuses requests that no route can mean, before any is asked.</summary>
internal sealed class RequestShapeMiddleware : IFunctionsWorkerMiddleware
{
    /// <summary>An id has 255 characters at most, and two of them may be in a segment. A condition on a longer one would not fit into a request to storage.</summary>
    private const int MaxSegment = 600;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http && Refuse(http.Request) is { } refusal)
        {
            context.GetInvocationResult().Value = refusal;
            return;
        }

        await next(context);
    }

    private static IResult? Refuse(HttpRequest request)
    {
        if (request.Path.Value!.Split('/').Any(segment => segment.Length > MaxSegment))
        {
            return Problems.NotFound($"id of more than {MaxSegment} characters");
        }

        // Which of its values is meant is not known; with neither used, a filter would be none.
        return request.Query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } repeated ? Problems.Invalid(repeated, "The parameter must be given once.") : null;
    }
}
