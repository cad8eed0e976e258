using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Platform.Http;

/// <summary>Turns what an HTTP function throws into a problem that says nothing of our insides.</summary>
internal sealed partial class ProblemDetailsMiddleware(ILogger<ProblemDetailsMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (context.GetHttpContext() is { } http)
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            context.GetInvocationResult().Value = Answer(exception, context.FunctionDefinition.Name);
        }
    }

    private IResult Answer(Exception exception, string function)
    {
        var (problem, isOurs) = Problems.From(exception);
        if (isOurs)
        {
            Log.Failed(logger, exception, function);
        }

        return problem;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Function} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string function);
    }
}
