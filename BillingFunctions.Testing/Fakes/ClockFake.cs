using System.Collections.Concurrent;
using BillingFunctions.Testing.Drivers;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A clock that stands still until a test moves it, or until somebody waits for no longer than a test cares to.</summary>
internal sealed class ClockFake(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentQueue<TimeSpan> _set = new();

    /// <summary>Delays shorter than this pass at once.</summary>
    public TimeSpan SkippedDelays { get; set; }

    /// <summary>Waits for a timer of this length that was set after those that have been waited for before, so that a test does not move the clock before the work has begun.</summary>
    public Task UntilSetAsync(TimeSpan dueTime) => Poll.UntilAsync(
        () => Task.FromResult(_set.TryDequeue(out var set) ? set : TimeSpan.Zero), set => set == dueTime);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _set.Enqueue(dueTime);
        if (dueTime > TimeSpan.Zero && dueTime < SkippedDelays)
        {
            // Whoever waits has to have the timer first.
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
