using BillingFunctions.Simulators.Stripe.Calls;

namespace BillingFunctions.Simulators.Stripe.Faults;

/// <summary>Decides what goes wrong. Rates are shares of all calls, 0 to 1, and add up to at most 1; all may be changed at any time.</summary>
public sealed class FaultInjector(int seed)
{
    private readonly Lock _lock = new();
    private readonly Queue<Fault> _planned = new();
    private readonly List<FaultPlan> _plans = [];
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

    /// <summary>How long a <see cref="Fault.Slow"/> answer takes, by the simulator's clock.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

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

    /// <summary>Makes the next calls of one kind go wrong in just this way, in this order, whatever else is called; <see cref="Fault.None"/> lets one pass.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public void PlanFor(string calls, params ReadOnlySpan<Fault> faults)
    {
        lock (_lock)
        {
            _plans.Add(new FaultPlan(calls, new Queue<Fault>(faults.ToArray()), Always: null));
        }
    }

    /// <summary>Makes all calls of one kind go wrong, until <see cref="Heal"/>; what was planned for them goes first.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public void FailAlways(string calls, Fault fault)
    {
        lock (_lock)
        {
            _plans.Add(new FaultPlan(calls, [], fault));
        }
    }

    /// <summary>Forgets what was given to <see cref="PlanFor"/> and <see cref="FailAlways"/> for just these calls.</summary>
    public void Heal(string calls)
    {
        lock (_lock)
        {
            _plans.RemoveAll(plan => plan.Calls == calls);
        }
    }

    internal Fault Next(RecordedCall call)
    {
        lock (_lock)
        {
            var plans = _plans.Where(plan => call.Is(plan.Calls)).ToList();
            if (plans.Find(plan => plan.Faults.Count > 0) is { } next)
            {
                return next.Faults.Dequeue();
            }

            if (plans.Find(plan => plan.Always is not null) is { Always: { } always })
            {
                return always;
            }

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

    private sealed record FaultPlan(string Calls, Queue<Fault> Faults, Fault? Always);
}
