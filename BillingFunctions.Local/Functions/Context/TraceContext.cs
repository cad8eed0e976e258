namespace Microsoft.Azure.Functions.Worker;

/// <summary>The distributed trace an invocation belongs to (W3C Trace Context).</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c> of the invocation; empty when there is no trace.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c> of the invocation; empty when there is none.</summary>
    public abstract string TraceState { get; }
}
