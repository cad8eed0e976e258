using System.Collections.Concurrent;
using BillingFunctions.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Simulators.Stripe;

/// <summary>A fake clock that tells which timers have been set, so that a test does not move it before the work that it waits for has begun.</summary>
internal sealed class WatchedTimeProvider() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentQueue<TimeSpan> _set = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _set.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Waits for a timer of this length that was set after those that have been waited for before.</summary>
    public Task UntilSetAsync(TimeSpan dueTime) => Poll.UntilAsync(
        () => Task.FromResult(_set.TryDequeue(out var set) ? set : TimeSpan.Zero), set => set == dueTime);
}
