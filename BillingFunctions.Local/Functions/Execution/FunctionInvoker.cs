using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions;

/// <summary>Runs invocations through the app's middlewares.</summary>
internal sealed partial class FunctionInvoker(FunctionPipeline pipeline, ILogger<FunctionInvoker> logger)
{
    private readonly FunctionExecutionDelegate _run = pipeline.Build(ExecuteAsync);

    /// <summary>Runs the function inside its middlewares and sends its outputs; an exception is logged once, here, and passed on.</summary>
    /// <param name="invocation">The invocation.</param>
    /// <param name="complete">Uses the result, outside of the middlewares and when the outputs are sent.</param>
    /// <returns>The result after the last middleware has seen it.</returns>
    public async Task<object?> InvokeAsync(Invocation invocation, Func<object?, Task>? complete = null)
    {
        try
        {
            await _run(invocation);
            var result = invocation.GetInvocationResult().Value;
            await invocation.Function.Outputs.SendAsync(result);
            await (complete?.Invoke(result) ?? Task.CompletedTask);
            return result;
        }
        catch (Exception exception) when (!IsCancellation(exception, invocation))
        {
            Log.Failed(logger, invocation.Function.Name, invocation.InvocationId, exception);
            throw;
        }
    }

    /// <summary>Runs the function without middlewares.</summary>
    public static async Task ExecuteAsync(FunctionContext context)
    {
        var function = (FunctionDescriptor)context.FunctionDefinition;
        var arguments = function.Bindings.Select(binding => binding(context)).ToArray();
        context.GetInvocationResult().Value = await function.Call.InvokeAsync(context.InstanceServices, arguments);
    }

    private static bool IsCancellation(Exception exception, Invocation invocation)
        => exception is OperationCanceledException && invocation.CancellationToken.IsCancellationRequested;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Function {Function}, invocation {InvocationId}, failed.")]
        public static partial void Failed(ILogger logger, string function, string invocationId, Exception exception);
    }
}
