using System.Diagnostics;
using System.Text.Json;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Operations.Audit;

/// <summary>Keeps each call of a function with <see cref="OperatorActionAttribute"/>. An action that cannot be noted is not carried out.</summary>
internal sealed class OperatorAuditMiddleware(OperatorAudit audit, TimeProvider time) : IFunctionsWorkerMiddleware
{
    private const string FunctionSuffix = "Function";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http || !FunctionAttributes<OperatorActionAttribute>.AreOn(context.FunctionDefinition))
        {
            await next(context);
            return;
        }

        var action = Begin(http.Request, context.FunctionDefinition.Name);
        await audit.SaveAsync(action, http.RequestAborted);
        try
        {
            await next(context);
        }
        catch (Exception failure)
        {
            await EndAsync(action, Problems.From(failure).Problem);
            throw;
        }

        // Outside: a failure to note the end is no failure of the action, which must not be noted as one.
        await EndAsync(action, context.GetInvocationResult().Value as IResult);
    }

    private OperatorAction Begin(HttpRequest request, string function)
    {
        var now = time.GetUtcNow();
        return new OperatorAction
        {
            Id = OperatorAudit.NewId(now),
            At = now,
            Who = Caller.Of(request),
            Address = Caller.AddressOf(request),
            Action = JsonNamingPolicy.SnakeCaseLower.ConvertName(function[..^FunctionSuffix.Length]),
            Method = request.Method,
            Path = request.Path + QueryString.Create(request.Query.Where(parameter => parameter.Key != "code")),
        };
    }

    /// <summary>Written even if the caller has left, or the app is stopping.</summary>
    private Task EndAsync(OperatorAction action, IResult? answer)
    {
        var status = (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        return audit.SaveAsync(
            action with
            {
                About = About(answer),
                Outcome = status switch { < 400 => ActionOutcome.Done, < 500 => ActionOutcome.Refused, _ => ActionOutcome.Failed },
                Status = status,
                DurationMs = (long)(time.GetUtcNow() - action.At).TotalMilliseconds,
            },
            CancellationToken.None);
    }

    /// <summary>What the log has of the call too, and what the call has created.</summary>
    private static Dictionary<string, string> About(IResult? answer)
    {
        var about = (Activity.Current?.Tags ?? []).Where(tag => tag.Key != Edge.Outcome && tag.Value is not null).ToDictionary(tag => tag.Key, tag => tag.Value!, StringComparer.Ordinal);
        if (answer is CreatedAnswer { Location: { } location })
        {
            about["created"] = location[(location.LastIndexOf('/') + 1)..];
        }

        return about;
    }
}
