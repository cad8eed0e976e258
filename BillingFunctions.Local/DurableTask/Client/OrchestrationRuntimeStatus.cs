namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands. The numbers are the vendor's.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It has started.</summary>
    Running,

    /// <summary>It returned.</summary>
    Completed,

    /// <summary>Not in use.</summary>
    [Obsolete("The ContinuedAsNew status is obsolete and exists only for compatibility reasons.")]
    ContinuedAsNew,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>Not in use.</summary>
    [Obsolete("The Canceled status is not currently used and exists only for compatibility reasons.")]
    Canceled,

    /// <summary>A client ended it.</summary>
    Terminated,

    /// <summary>It is stored and has not started.</summary>
    Pending,

    /// <summary>A client holds it.</summary>
    Suspended,
}
