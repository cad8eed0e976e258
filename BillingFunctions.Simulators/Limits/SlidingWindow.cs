namespace BillingFunctions.Simulators.Limits;

/// <summary>Remembers when the latest calls were let through. Not thread-safe.</summary>
internal sealed class SlidingWindow
{
    private readonly Queue<TimeSpan> _taken = new();

    /// <summary>Whether one more call keeps every window within the limit.</summary>
    public bool HasRoom(RateLimit? limit, TimeSpan now) => limit is null || Count(limit, now) < limit.Permits;

    /// <summary>How many calls the window that ends now holds.</summary>
    public int Count(RateLimit limit, TimeSpan now)
    {
        while (_taken.TryPeek(out var oldest) && now - oldest >= limit.Per)
        {
            _taken.Dequeue();
        }

        return _taken.Count;
    }

    public void Take(RateLimit? limit, TimeSpan now)
    {
        if (limit is not null)
        {
            _taken.Enqueue(now);
        }
    }
}
