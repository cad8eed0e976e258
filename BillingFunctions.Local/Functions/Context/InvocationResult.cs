namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation returns; a middleware may replace it.</summary>
public abstract class InvocationResult : InvocationResult<object>;

/// <summary>What an invocation returns; a middleware may replace it.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The result; setting it replaces the one the function returned.</summary>
    public abstract T? Value { get; set; }
}
