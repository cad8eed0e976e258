namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// The moments at which calls under one limit were or will be made, and the search for the next free one.
/// It is exact: in no window does it place more slots than the limit allows, wherever the window starts
/// and in whatever order the slots were taken. See docs/decisions/0002-rate-limiter.md.
/// </summary>
internal sealed class SlotCalendar
{
    /// <summary>
    /// How much longer than the limit's own window ours is, so that a call which reaches the other side a little later
    /// than its slot does not fall into a window with one call too many. Costs 3% of the limit.
    /// </summary>
    private const double Slack = 1.03;

    private readonly List<Slot> _slots;
    private readonly int _permits;
    private readonly TimeSpan _window;
    private readonly TimeSpan _spacing;

    /// <param name="limit">The limit to keep.</param>
    /// <param name="taken">The slots taken so far, in any order.</param>
    /// <param name="now">What is older than a window before this is forgotten.</param>
    /// <param name="pace">
    /// Slots are spread rather than sent in one burst: the least distance between two, as a share of the mean. Below 1, so that a pause can be caught up.
    /// </param>
    public SlotCalendar(RateLimit limit, IEnumerable<Slot> taken, DateTimeOffset now, double pace)
    {
        _permits = limit.Permits;
        _window = WindowOf(limit);
        _spacing = SpacingOf(limit, pace);
        _slots = [.. taken.Where(slot => slot.At > now - _window).OrderBy(slot => slot.At)];
    }

    /// <summary>The window that is kept of a limit: a little longer than its own.</summary>
    public static TimeSpan WindowOf(RateLimit limit) => limit.Window * Slack;

    /// <summary>The least distance between two slots.</summary>
    public static TimeSpan SpacingOf(SharedLimit limit) => SpacingOf(limit.Limit, limit.Pace);

    /// <summary>The slots that still matter, in order of time.</summary>
    public IReadOnlyList<Slot> Taken => _slots;

    /// <summary>The earliest free moment that is not before <paramref name="from"/>.</summary>
    public DateTimeOffset Earliest(DateTimeOffset from)
    {
        var at = from;
        while (Blocked(at) is { } until)
        {
            at = until;
        }

        return at;
    }

    public void Take(Slot slot) => _slots.Insert(IndexAfter(slot.At), slot);

    /// <summary>Gives a slot back that was not used.</summary>
    public void Return(Slot slot) => _slots.Remove(slot);

    private static TimeSpan SpacingOf(RateLimit limit, double pace) => WindowOf(limit) / limit.Permits * pace;

    /// <summary>Null when a slot at <paramref name="at"/> breaks nothing; else the next moment worth trying.</summary>
    private DateTimeOffset? Blocked(DateTimeOffset at)
    {
        var index = IndexAfter(at);
        if (index > 0 && at - _slots[index - 1].At < _spacing)
        {
            return _slots[index - 1].At + _spacing;
        }

        if (index < _slots.Count && _slots[index].At - at < _spacing)
        {
            return _slots[index].At + _spacing;
        }

        // With the new slot in place, slots `permits` apart must be a whole window apart. First those that end with the new one...
        if (index >= _permits && at - _slots[index - _permits].At < _window)
        {
            return _slots[index - _permits].At + _window;
        }

        // ...then those that reach past it: only a later place can mend that.
        for (var first = Math.Max(0, index - _permits + 1); first <= index && first + _permits - 1 < _slots.Count; first++)
        {
            var start = first == index ? at : _slots[first].At;
            if (_slots[first + _permits - 1].At - start < _window)
            {
                return _slots[index].At + _spacing;
            }
        }

        return null;
    }

    private int IndexAfter(DateTimeOffset at)
    {
        var index = _slots.Count;
        while (index > 0 && _slots[index - 1].At > at)
        {
            index--;
        }

        return index;
    }
}

/// <summary>The moment at which a call is made, and the number of its lane.</summary>
internal readonly record struct Slot(DateTimeOffset At, byte Lane);
