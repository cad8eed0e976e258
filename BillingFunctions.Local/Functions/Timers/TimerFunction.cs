using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>A function with its schedule.</summary>
/// <param name="Function">The function.</param>
/// <param name="Schedule">When it is due.</param>
/// <param name="IsMonitored">Whether what ran is kept in storage.</param>
internal sealed record TimerFunction(FunctionDescriptor Function, TimerSchedule Schedule, bool IsMonitored)
{
    public bool RunsOnStartup => ((TimerTriggerAttribute)Function.Trigger).RunOnStartup;
}
