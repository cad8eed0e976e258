using BillingFunctions.Exports.Ending;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Exports.Runs;

/// <summary>A run as stored in <c>Runs</c>. While it is under way, how far it is stands in the orchestration's custom status.</summary>
public sealed record ExportRun : IRun
{
    static string IRun.Kind => "export";

    static string IRun.IdPrefix => "exp";

    public required ExportPlan Plan { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public ExportStatus Status { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public ExportProgress Progress { get; init; } = new(0, 0, 0, 0, null);

    public ExportedFile? File { get; init; }

    public string? Error { get; init; }

    /// <summary>What became of the mail, if one was asked for: <c>sending</c>, <c>sent</c>, <c>failed</c>.</summary>
    public string? Notification { get; init; }

    /// <summary>When the notice was put on its queue, if one was asked for.</summary>
    public DateTimeOffset? NoticeQueuedAt { get; init; }

    /// <summary>From where a failed run can be resumed.</summary>
    public ExportState? Checkpoint { get; init; }

    public string Id => Plan.RunId;

    string IRun.StatusName => Status.ToString();

    public bool HasEnded => Status is ExportStatus.Completed or ExportStatus.Failed or ExportStatus.Canceled;
}

/// <summary>How far a run is. Stored by name: never rename.</summary>
public enum ExportStatus
{
    /// <summary>Accepted, not started.</summary>
    Queued = 0,

    Running = 1,
    Completed = 2,

    /// <summary>Stopped with a reason; can be resumed.</summary>
    Failed = 3,

    /// <summary>Stopped by request; there is no file.</summary>
    Canceled = 4,
}
