namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The pauses between looks into an empty queue: about twice as long each time, and never two listeners in step.</summary>
internal sealed class PollingDelay(TimeSpan longest)
{
    private const double Spread = 0.2;

    private int _doublings;

    public static TimeSpan Shortest { get; } = TimeSpan.FromMilliseconds(100);

    public void Reset() => _doublings = 0;

    public TimeSpan Next()
    {
#pragma warning disable CA5394 // Chance here only keeps listeners apart
        var factor = 1 - Spread + (2 * Spread * Random.Shared.NextDouble());
#pragma warning restore CA5394
        var delay = Shortest + (Shortest * (Math.Pow(2, _doublings) - 1) * factor);
        if (delay >= longest)
        {
            return longest;
        }

        _doublings++;
        return delay;
    }
}
