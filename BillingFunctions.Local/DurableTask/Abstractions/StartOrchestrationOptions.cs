namespace Microsoft.DurableTask;

/// <summary>How a client wants a new orchestration to be started.</summary>
public record StartOrchestrationOptions
{
    /// <summary>Options with an instance id and a time of start, both optional.</summary>
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>The instance id; null for a new GUID.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When to start; null or a time in the past starts at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>
    /// Statuses in which an existing instance of the same id makes the start fail; null: every status of an unfinished one.
    /// An unfinished instance whose status is not listed is terminated and replaced.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
