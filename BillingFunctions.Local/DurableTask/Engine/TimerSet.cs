namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>The durable timers of one instance, as timers of the clock.</summary>
internal sealed class TimerSet(TimeProvider time) : IDisposable
{
    // A timer of the framework takes at most some 49 days; a longer one is set again on the way.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly Dictionary<int, ITimer> _timers = [];
    private readonly Lock _lock = new();

    public void Set(int id, DateTimeOffset dueAt, Action fire)
    {
        if (dueAt <= time.GetUtcNow())
        {
            fire();
            return;
        }

        lock (_lock)
        {
            ITimer? timer = null;
            timer = time.CreateTimer(_ => Tick(id, dueAt, fire), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timers[id] = timer;
            timer.Change(Until(dueAt), Timeout.InfiniteTimeSpan);
        }
    }

    public void Cancel(int id)
    {
        lock (_lock)
        {
            if (_timers.Remove(id, out var timer))
            {
                timer.Dispose();
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            foreach (var timer in _timers.Values)
            {
                timer.Dispose();
            }

            _timers.Clear();
        }
    }

    public void Dispose() => Clear();

    private void Tick(int id, DateTimeOffset dueAt, Action fire)
    {
        // A timer must not fire early: the orchestrator's time would be before the time it waited for.
        if (time.GetUtcNow() >= dueAt)
        {
            Cancel(id);
            fire();
            return;
        }

        lock (_lock)
        {
            if (_timers.TryGetValue(id, out var timer))
            {
                timer.Change(Until(dueAt), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private TimeSpan Until(DateTimeOffset dueAt)
    {
        var rest = dueAt - time.GetUtcNow();
        var least = TimeSpan.FromMilliseconds(rest > TimeSpan.Zero ? 1 : 0);
        return rest > Longest ? Longest : rest > least ? rest : least;
    }
}
