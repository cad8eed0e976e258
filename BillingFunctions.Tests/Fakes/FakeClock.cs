using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Fakes;

/// <summary>A clock that stands still until a test moves it, or until somebody waits for no longer than a test cares to.</summary>
internal sealed class FakeClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>Delays shorter than this pass at once.</summary>
    public TimeSpan SkippedDelays { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < SkippedDelays)
        {
            // Whoever waits has to have the timer first.
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
