namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// How many calls shared limits let through in each step of time, for a model that knows no single calls: what <see cref="SlotCalendar"/> grants, on average. Fractions of
/// calls count, since a model has them.
/// </summary>
internal sealed class PermitBudget
{
    private readonly IReadOnlyList<SharedLimit> _limits;
    private readonly TimeSpan _step;

    /// <summary>The calls of each of the last steps, as a ring that holds the longest window.</summary>
    private readonly double[] _made;

    private int _last;

    /// <param name="limits">The limits, all of which each call counts against.</param>
    /// <param name="step">How long a step is.</param>
    public PermitBudget(IReadOnlyList<SharedLimit> limits, TimeSpan step)
    {
        (_limits, _step) = (limits, step);
        _made = new double[(int)Math.Ceiling(limits.Max(limit => SlotCalendar.WindowOf(limit.Limit) / step)) + 1];
    }

    /// <summary>How many calls a limit lets through in the long run.</summary>
    public static double PerSecond(RateLimit limit) => limit.Permits / SlotCalendar.WindowOf(limit).TotalSeconds;

    /// <summary>How many calls fit into the step that begins now.</summary>
    public double Room() => _limits.Min(RoomUnder);

    /// <summary>Ends the step: its calls count against the limits from now on.</summary>
    /// <param name="calls">How many calls were made in it.</param>
    public void Make(double calls)
    {
        _last = (_last + 1) % _made.Length;
        _made[_last] = calls;
    }

    /// <summary>What is used of a limit at the end of the last step.</summary>
    public RateLimitUse UseOf(SharedLimit limit) => new(limit.Limit, new Dictionary<byte, int> { [RateLimitLane.Only.Number] = (int)Math.Round(Within(limit.Limit.Window)) });

    private double RoomUnder(SharedLimit limit)
    {
        var window = SlotCalendar.WindowOf(limit.Limit);
        var free = window > _step ? limit.Limit.Permits - Within(window - _step) : limit.Limit.Permits * (_step / window);
        return Math.Clamp(free, 0, _step / SlotCalendar.SpacingOf(limit));
    }

    /// <summary>How many calls were made in the last so and so long.</summary>
    private double Within(TimeSpan length)
    {
        var (steps, sum) = (length / _step, 0d);
        for (var back = 0; back < steps && back < _made.Length; back++)
        {
            sum += _made[(_last - back + _made.Length) % _made.Length] * Math.Min(1, steps - back);
        }

        return sum;
    }
}
