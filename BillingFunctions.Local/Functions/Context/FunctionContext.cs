namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique to the invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>What the trigger tells.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>The services of the invocation's own scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function that runs.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Room for middlewares and the function to share values.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>What the host adds to the invocation, by type.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the caller is gone, or the app stops and the invocation has outlived the grace period.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
