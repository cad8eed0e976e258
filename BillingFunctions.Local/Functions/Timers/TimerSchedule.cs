using BillingFunctions.Local.Hosting;
using NCrontab;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>When a function is due, in UTC.</summary>
internal sealed class TimerSchedule
{
    private static readonly CrontabSchedule.ParseOptions WithSeconds = new() { IncludingSeconds = true };

    private readonly CrontabSchedule _schedule;

    private TimerSchedule(CrontabSchedule schedule)
    {
        _schedule = schedule;
    }

    /// <param name="expression">Six fields: second, minute, hour, day, month, weekday.</param>
    /// <param name="now">From when on it must be due at least once.</param>
    /// <param name="subject">Whose it is, to begin an error message with.</param>
    /// <exception cref="StartupException">It is none, or never due.</exception>
    public static TimerSchedule Parse(string expression, DateTimeOffset now, string subject)
    {
        if (CrontabSchedule.TryParse(expression, WithSeconds) is not { } parsed)
        {
            throw new StartupException($"{subject}: {expression} is no schedule; it has six fields: second, minute, hour, day, month, weekday.");
        }

        var schedule = new TimerSchedule(parsed);
        return schedule.Next(now) < DateTimeOffset.MaxValue.AddDays(-1)
            ? schedule
            : throw new StartupException($"{subject}: the schedule {expression} is never due.");
    }

    /// <summary>The first time after the given one.</summary>
    public DateTimeOffset Next(DateTimeOffset after) => new(DateTime.SpecifyKind(_schedule.GetNextOccurrence(after.UtcDateTime), DateTimeKind.Utc));

    /// <summary>Whether runs are so close together that it is not worth writing down each.</summary>
    public bool IsFrequent(DateTimeOffset now)
    {
        var next = Next(now);
        return Next(next) - next < TimeSpan.FromMinutes(1);
    }
}
