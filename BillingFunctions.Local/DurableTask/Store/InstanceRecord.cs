using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>
/// What is stored of an instance beside its history. It is written when the instance is created and when it has finished
/// and everything that follows from that is done; in between the history alone knows better.
/// </summary>
internal sealed record InstanceRecord
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    /// <summary>Tells one start of an instance id from another.</summary>
    public required string ExecutionId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUpdatedAt { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public ParentLink? Parent { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public string? Version { get; init; }

    public bool IsFinished =>
        Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}

/// <summary>The call of an orchestration that an instance answers.</summary>
internal sealed record ParentLink(string Name, string InstanceId, string ExecutionId, int Epoch, int TaskId);

/// <summary>Which instances to list; the status is left to the engine, which knows it better than storage.</summary>
internal sealed record InstanceFilter(
    DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, string? InstanceIdPrefix, int PageSize, bool WithPayloads);

internal sealed record InstancePage(IReadOnlyList<InstanceRecord> Instances, string? Continuation);

/// <summary>The process that owns the hub.</summary>
/// <param name="Id">Names one term of one process.</param>
/// <param name="Machine">Where it runs.</param>
/// <param name="ProcessId">Which process it is there.</param>
/// <param name="ProcessStartedAt">When that process began, to tell it from a later one of the same number.</param>
/// <param name="Beat">Counts its signs of life.</param>
/// <param name="Version">The version that the next write depends on.</param>
internal sealed record OwnerRecord(string Id, string Machine, int ProcessId, DateTimeOffset ProcessStartedAt, long Beat, string? Version);
