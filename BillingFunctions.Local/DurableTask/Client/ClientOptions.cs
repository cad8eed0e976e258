namespace Microsoft.DurableTask.Client;

/// <summary>Which instances to list.</summary>
/// <param name="CreatedFrom">Created then or later.</param>
/// <param name="CreatedTo">Created then or earlier.</param>
/// <param name="Statuses">In one of these statuses; null or empty for any.</param>
/// <param name="TaskHubNames">In one of these hubs; only the client's own is known here.</param>
/// <param name="InstanceIdPrefix">Whose id begins so.</param>
/// <param name="PageSize">The most instances a page.</param>
/// <param name="FetchInputsAndOutputs">Whether to fetch input, output and custom status too.</param>
/// <param name="ContinuationToken">Where to go on, from an earlier page.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>The page size when none is given.</summary>
    public const int DefaultPageSize = 100;
}

/// <summary>Which finished instances to purge.</summary>
/// <param name="CreatedFrom">Created then or later.</param>
/// <param name="CreatedTo">Created then or earlier.</param>
/// <param name="Statuses">In one of these statuses; null or empty for any final one.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

/// <summary>How to purge.</summary>
/// <param name="Recursive">Whether to purge sub-orchestrations too.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>How to terminate.</summary>
/// <param name="Output">The output that the instance ends with.</param>
/// <param name="Recursive">Whether to terminate unfinished sub-orchestrations too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);

/// <summary>What a purge did.</summary>
public class PurgeResult
{
    /// <summary>A result with the number of instances purged; not negative.</summary>
    public PurgeResult(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
    }

    /// <summary>A result that also says whether everything that matched is gone.</summary>
    public PurgeResult(int count, bool? isComplete)
        : this(count) => IsComplete = isComplete;

    /// <summary>How many instances were purged.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether everything that matched is gone; null if unknown.</summary>
    public bool? IsComplete { get; }
}

/// <summary>Typed ways to fill <see cref="StartOrchestrationOptions"/>.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>The same options with <see cref="StartOrchestrationOptions.DedupeStatuses"/> set.</summary>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses) =>
        options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };
}
