namespace BillingFunctions.Tests.Local;

/// <summary>A clock whose delays end at once; it notes how long they should have been.</summary>
internal sealed class ImpatientTimeProvider : TimeProvider
{
    public List<TimeSpan> Delays { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Delays.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
