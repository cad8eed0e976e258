using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions;

/// <summary>Runs an HTTP function and writes its result, outside of the app's middlewares.</summary>
internal sealed partial class HttpInvoker(FunctionInvoker invoker, RunningInvocations running, ILogger<HttpInvoker> logger)
{
    public async Task InvokeAsync(FunctionDescriptor function, HttpContext http)
    {
        using var cancellation = running.Link(http.RequestAborted);
        var invocation = new Invocation(function, http.RequestServices, cancellation.Token) { BindingData = () => http.Request.RouteValues };
        invocation.Items[Invocation.HttpContextKey] = http;
        try
        {
            await invoker.InvokeAsync(invocation, result => WriteAsync(result, invocation, http));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            Log.CallerGone(logger, function.Name, invocation.InvocationId);
        }
        catch (Exception exception)
        {
            Fail(http, StatusOf(exception, cancellation.Token));
        }
    }

    private async Task WriteAsync(object? result, Invocation invocation, HttpContext http)
    {
        if (!await HttpResults.WriteAsync(invocation.Function.Outputs.HttpResult(result), http))
        {
            Log.NoResult(logger, invocation.Function.Name, invocation.InvocationId);
        }
    }

    private static void Fail(HttpContext http, int status)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = status;
    }

    private static int StatusOf(Exception exception, CancellationToken stopping) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        OperationCanceledException when stopping.IsCancellationRequested => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Function {Function}, invocation {InvocationId}, returned no HTTP result.")]
        public static partial void NoResult(ILogger logger, string function, string invocationId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "Function {Function}, invocation {InvocationId}: the caller is gone.")]
        public static partial void CallerGone(ILogger logger, string function, string invocationId);
    }
}
