namespace Microsoft.Azure.Functions.Worker;

/// <summary>How often an event has been tried.</summary>
public abstract class RetryContext
{
    /// <summary>Tries before this one.</summary>
    public abstract int RetryCount { get; }

    /// <summary>Tries after the first before the event is given up.</summary>
    public abstract int MaxRetryCount { get; }
}
