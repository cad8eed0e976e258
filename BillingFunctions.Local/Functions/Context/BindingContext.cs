namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger tells about an invocation.</summary>
public abstract class BindingContext
{
    /// <summary>Values by name, such as the route values of a request.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
