namespace BillingFunctions.Exports;

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
