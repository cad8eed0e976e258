
namespace BillingFunctions.Simulators.Stripe.Faults;

/// <summary>Decides what goes wrong. Rates are shares of all calls, 0 to 1, and add up to at most 1; all may be changed at any time.</summary>
public sealed class FaultInjector(int seed)
{
    private readonly Lock _lock = new();
    private readonly Queue<Fault> _planned = new();
    private readonly Random _faults = new(seed);
    private readonly Random _latencies = new(seed);

    public double RateLimitRate { get; set; }

    public double ServerErrorRate { get; set; }

    public double TimeoutRate { get; set; }

    public double CutBeforeRate { get; set; }

    public double CutAfterRate { get; set; }

    public double LockTimeoutRate { get; set; }

    /// <summary>What a <see cref="Fault.ServerError"/> says in <c>Stripe-Should-Retry</c>; null leaves it to the client.</summary>
    public bool? ServerErrorAdvice { get; set; }

    /// <summary>How long a <see cref="Fault.Timeout"/> hangs before the connection is cut, if the caller does not leave first.</summary>
    public TimeSpan TimeoutAfter { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long every call takes at least.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Up to how much longer, evenly spread.</summary>
    public TimeSpan LatencyJitter { get; set; }

    /// <summary>Makes the next calls go wrong in just this way, in this order, before any are left to chance.</summary>
    public void Plan(params ReadOnlySpan<Fault> faults)
    {
        lock (_lock)
        {
            foreach (var fault in faults)
            {
                _planned.Enqueue(fault);
            }
        }
    }

    internal Fault Next()
    {
        lock (_lock)
        {
            return _planned.TryDequeue(out var planned) ? planned : Pick(_faults.NextDouble());
        }
    }

    internal TimeSpan NextLatency()
    {
        lock (_lock)
        {
            return Latency + (LatencyJitter * _latencies.NextDouble());
        }
    }

    private Fault Pick(double roll)
    {
        foreach (var (fault, rate) in Rates())
        {
            if (roll < rate)
            {
                return fault;
            }

            roll -= rate;
        }

        return Fault.None;
    }

    private (Fault Fault, double Rate)[] Rates() =>
    [
        (Fault.RateLimit, RateLimitRate),
        (Fault.ServerError, ServerErrorRate),
        (Fault.Timeout, TimeoutRate),
        (Fault.CutBefore, CutBeforeRate),
        (Fault.CutAfter, CutAfterRate),
        (Fault.LockTimeout, LockTimeoutRate),
    ];
}
