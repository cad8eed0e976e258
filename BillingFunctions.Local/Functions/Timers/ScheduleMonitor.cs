using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>Works out where a schedule stands; all of it follows from the time and what was written before.</summary>
internal static class ScheduleMonitor
{
    /// <summary>Where the schedule stands at the start; its next run may be in the past, which then was missed.</summary>
    /// <param name="schedule">The schedule as it is now.</param>
    /// <param name="stored">What was written last, perhaps for another schedule; null for nothing.</param>
    /// <param name="now">The time of the start.</param>
    public static ScheduleStatus AtStart(TimerSchedule schedule, ScheduleStatus? stored, DateTimeOffset now)
    {
        if (stored is null)
        {
            return Fresh(schedule, now);
        }

        var counted = Utc(stored.Last == default ? stored.LastUpdated : stored.Last);
        var expected = schedule.Next(counted);
        if (Utc(stored.Next) == expected)
        {
            return stored;
        }

        // The schedule is another one by now; what the old one missed is nothing to the new one.
        return expected < now
            ? Fresh(schedule, now)
            : new ScheduleStatus { Next = expected.UtcDateTime, LastUpdated = counted.UtcDateTime };
    }

    /// <summary>Where the schedule stands after a run.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="started">When the run began; for one on time that a coarse clock began too early, when it was due.</param>
    public static ScheduleStatus AfterRun(TimerSchedule schedule, DateTimeOffset started) => new()
    {
        Last = started.UtcDateTime,
        Next = schedule.Next(started).UtcDateTime,
        LastUpdated = started.UtcDateTime,
    };

    private static ScheduleStatus Fresh(TimerSchedule schedule, DateTimeOffset now) => new()
    {
        Next = schedule.Next(now).UtcDateTime,
        LastUpdated = now.UtcDateTime,
    };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
