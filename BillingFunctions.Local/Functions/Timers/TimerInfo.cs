namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a function with a <see cref="TimerTriggerAttribute"/> is told about its run.</summary>
public class TimerInfo
{
    /// <summary>The runs before and after this one; null without <see cref="TimerTriggerAttribute.UseMonitor"/>.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run makes up for others that were missed while the app was not running.</summary>
    public bool IsPastDue { get; set; }
}
