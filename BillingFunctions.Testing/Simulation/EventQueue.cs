namespace BillingFunctions.Testing.Simulation;

/// <summary>Plays events in order of time, as fast as it can. What takes time is an iterator that yields when it goes on.</summary>
internal sealed class EventQueue(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Number)> _events = new();
    private long _number;

    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>Has something happen.</summary>
    public void At(DateTimeOffset time, Action happens) => _events.Enqueue(happens, (time > Now ? time : Now, _number++));

    /// <summary>Begins something that takes time.</summary>
    public void Begin(IEnumerator<DateTimeOffset> steps)
    {
        if (steps.MoveNext())
        {
            At(steps.Current, () => Begin(steps));
        }
    }

    /// <summary>Plays all that happens until a time.</summary>
    public void PlayUntil(DateTimeOffset end)
    {
        while (_events.TryPeek(out var happens, out var next) && next.At <= end)
        {
            _events.Dequeue();
            Now = next.At;
            happens();
        }

        Now = end;
    }

    /// <summary>Plays the next event.</summary>
    /// <returns>False when there is none.</returns>
    public bool PlayNext()
    {
        if (!_events.TryDequeue(out var happens, out var next))
        {
            return false;
        }

        Now = next.At;
        happens();
        return true;
    }
}
