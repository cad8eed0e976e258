namespace BillingFunctions.Simulators.Amounts;

/// <summary>What can go wrong with a call.</summary>
public enum AmountFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>500.</summary>
    ServerError = 1,

    /// <summary>No answer until the caller leaves.</summary>
    Timeout = 2,

    /// <summary>200 with half an answer.</summary>
    Garbage = 3,

    /// <summary>429.</summary>
    RateLimit = 4,

    /// <summary>The connection is cut.</summary>
    Cut = 5,
}

/// <summary>Decides what goes wrong. Rates are shares of all calls, 0 to 1, and add up to at most 1; all may be changed at any time.</summary>
public sealed class AmountFaults(int seed)
{
    private readonly Lock _lock = new();
    private readonly Queue<AmountFault> _planned = new();
    private readonly Random _random = new(seed);

    public double ServerErrorRate { get; set; }

    public double TimeoutRate { get; set; }

    public double GarbageRate { get; set; }

    public double RateLimitRate { get; set; }

    public double CutRate { get; set; }

    /// <summary>How long a <see cref="AmountFault.Timeout"/> hangs before the connection is cut, if the caller does not leave first.</summary>
    public TimeSpan TimeoutAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long every call takes at least.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Up to how much longer, evenly spread.</summary>
    public TimeSpan LatencyJitter { get; set; }

    /// <summary>Makes the next calls go wrong in just this way, in this order, before any are left to chance.</summary>
    public void Plan(params ReadOnlySpan<AmountFault> faults)
    {
        lock (_lock)
        {
            foreach (var fault in faults)
            {
                _planned.Enqueue(fault);
            }
        }
    }

    internal AmountFault Next()
    {
        lock (_lock)
        {
            return _planned.TryDequeue(out var planned) ? planned : Pick(_random.NextDouble());
        }
    }

    internal TimeSpan NextLatency()
    {
        lock (_lock)
        {
            return Latency + (LatencyJitter * _random.NextDouble());
        }
    }

    private AmountFault Pick(double roll)
    {
        foreach (var (fault, rate) in Rates())
        {
            if (roll < rate)
            {
                return fault;
            }

            roll -= rate;
        }

        return AmountFault.None;
    }

    private (AmountFault Fault, double Rate)[] Rates() =>
    [
        (AmountFault.ServerError, ServerErrorRate),
        (AmountFault.Timeout, TimeoutRate),
        (AmountFault.Garbage, GarbageRate),
        (AmountFault.RateLimit, RateLimitRate),
        (AmountFault.Cut, CutRate),
    ];
}
