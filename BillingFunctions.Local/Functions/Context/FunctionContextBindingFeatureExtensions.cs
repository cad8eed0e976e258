namespace Microsoft.Azure.Functions.Worker;

/// <summary>The result of an invocation.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The result, to read after the function has run or to replace.</summary>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvalidOperationException">The host did not make the context.</exception>
    public static InvocationResult GetInvocationResult(this FunctionContext context)
        => context.Features.Get<InvocationResult>()
            ?? throw new InvalidOperationException("The context has no result: the host did not make it.");
}
