using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Stripe;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Stripe;

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
        if ((exception as AggregateException)?.InnerException is { } inner)
        {
            exception = inner;
        }

        if (exception is BadHttpRequestException bad)
        {
            return Problems.Problem(bad.StatusCode, "bad-request", "The request cannot be read", bad.Message);
        }

        if (exception is InvalidJsonException json)
        {
            return Problems.Invalid(json.Field, json.Message);
        }

        if (exception is SettingMissingException off)
        {
            return Problems.Off(off);
        }

        Log.Failed(logger, exception, function);
        if (exception is StripeException or StripeThrottledException or StripeListException && StripeFailure.From(exception, CancellationToken.None) is { } failure)
        {
            return Problems.Problem(StatusCodes.Status502BadGateway, "stripe", "Stripe did not do what was asked", failure.Reason);
        }

        return Problems.Problem(StatusCodes.Status500InternalServerError, "internal", "Something went wrong on our side", "Nothing is known to be wrong with the request; it may be sent again.");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Function} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string function);
    }
}
