namespace Microsoft.Azure.Functions.Worker;

/// <summary>Where a schedule stands, as it was before the run; times are UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The last run; the default value when there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next run that was due: in a run on time, this one.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was written; <see cref="Next"/> follows from it where there was no last run.</summary>
    public DateTime LastUpdated { get; set; }
}
