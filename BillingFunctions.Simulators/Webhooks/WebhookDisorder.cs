namespace BillingFunctions.Simulators.Webhooks;

/// <summary>What goes wrong on the way to the endpoints. Rates are shares of the deliveries, 0 to 1, each on its own; all may be changed at any time.</summary>
/// <remarks>The same seed gives the same choices delivery by delivery, whatever the other rates are.</remarks>
public sealed class WebhookDisorder(int seed)
{
    private readonly Random _duplicates = new(seed);
    private readonly Random _drops = new(seed + 1);
    private readonly Random _delays = new(seed + 2);
    private readonly Random _reorders = new(seed + 3);

    /// <summary>Which share is sent twice.</summary>
    public double DuplicateRate { get; set; }

    /// <summary>Which share is never sent, and stays undelivered in the list of events.</summary>
    public double DropRate { get; set; }

    /// <summary>Which share is sent late, up to <see cref="LongestDelay"/>.</summary>
    public double DelayRate { get; set; }

    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Which share is overtaken by later events, up to <see cref="MostOvertaking"/>.</summary>
    public double ReorderRate { get; set; }

    /// <summary>How many later events may overtake one, at least 1.</summary>
    public int MostOvertaking { get; set; } = 10;

    /// <summary>How long an event waits at most for others to overtake it.</summary>
    public TimeSpan HoldAtMost { get; set; } = TimeSpan.FromSeconds(1);

    // Every roll is made whether it counts or not, so that one rate does not shift the others. Not thread-safe
    internal WebhookFate Next()
    {
        var (duplicate, drop) = (_duplicates.NextDouble(), _drops.NextDouble());
        var (delay, length) = (_delays.NextDouble(), _delays.NextDouble());
        var (reorder, overtaking) = (_reorders.NextDouble(), _reorders.NextDouble());
        return new WebhookFate(
            drop < DropRate,
            duplicate < DuplicateRate ? 2 : 1,
            delay < DelayRate ? LongestDelay * length : TimeSpan.Zero,
            reorder < ReorderRate ? 1 + (int)(MostOvertaking * overtaking) : 0);
    }
}

/// <summary>What is to happen to one delivery.</summary>
internal readonly record struct WebhookFate(bool IsDropped, int Copies, TimeSpan Delay, int Overtaking);
