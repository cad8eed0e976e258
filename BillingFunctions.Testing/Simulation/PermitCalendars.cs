using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Testing.Simulation;

/// <summary>The permits of several limits as the app's limiter gives them: each call has its slot in the calendar of each limit, first come, first served, and who would wait longer than its patience is told when to come back.</summary>
internal sealed class PermitCalendars(IReadOnlyList<SharedLimit> limits, TimeSpan patience)
{
    private readonly SlotCalendar[] _calendars = [.. limits.Select(limit => new SlotCalendar(limit.Limit, [], DateTimeOffset.MinValue.AddDays(1), limit.Pace))];

    /// <summary>How many calls have a slot.</summary>
    public long Granted { get; private set; }

    /// <summary>Asks for a permit.</summary>
    /// <returns>The time of the call, or at which to ask again.</returns>
    public (bool IsGranted, DateTimeOffset At) Ask(DateTimeOffset now)
    {
        Forget(now);
        var at = now;
        for (var later = Later(at); later > at; later = Later(at))
        {
            at = later;
        }

        if (at - now > patience)
        {
            return (false, at);
        }

        Granted++;
        foreach (var calendar in _calendars)
        {
            calendar.Take(new Slot(at, Lane: 0));
        }

        return (true, at);

        DateTimeOffset Later(DateTimeOffset from) => _calendars.Aggregate(from, (earliest, calendar) => calendar.Earliest(earliest));
    }

    /// <summary>Slots that matter no more are forgotten, once they are many.</summary>
    private void Forget(DateTimeOffset now)
    {
        for (var index = 0; index < _calendars.Length; index++)
        {
            if (_calendars[index].Taken.Count > 2 * limits[index].Limit.Permits)
            {
                _calendars[index] = new SlotCalendar(limits[index].Limit, _calendars[index].Taken, now, limits[index].Pace);
            }
        }
    }

    /// <summary>What is used of the first limit.</summary>
    public RateLimitUse UseAt(DateTimeOffset now) => new(
        limits[0].Limit, new Dictionary<byte, int> { [0] = _calendars[0].Taken.Count(slot => slot.At > now - limits[0].Limit.Window && slot.At <= now) });
}
