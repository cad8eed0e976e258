using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function on a schedule, in one process of the app at a time.</summary>
/// <param name="schedule">
/// NCRONTAB with six fields (second, minute, hour, day, month, weekday) in UTC; <c>%name%</c> stands for a setting. Intervals such as
/// <c>00:30:00</c> are for App Service plans only and not for the local edition.
/// </param>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule, with its settings not yet filled in.</summary>
    public string Schedule { get; private set; } = schedule;

    /// <summary>
    /// Keeps in storage what ran, so that one run at start makes up for those that were missed. True by default; without effect for
    /// schedules with runs less than a minute apart.
    /// </summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Runs the function at every start too.</summary>
    public bool RunOnStartup { get; set; }
}
