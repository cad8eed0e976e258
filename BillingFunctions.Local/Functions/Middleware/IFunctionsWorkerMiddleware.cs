namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Code that runs around every invocation. One instance serves all of them.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs around one invocation.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="next">The rest of it, to be called at most once.</param>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
