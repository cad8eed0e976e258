using BillingFunctions.Simulators.Calls;

namespace BillingFunctions.Simulators.Faults;

/// <summary>Decides what goes wrong with calls: as planned, else at random with the given rates. Thread-safe.</summary>
/// <typeparam name="TFault">What can go wrong; its default is that nothing does.</typeparam>
/// <param name="seed">Where the randomness begins: the same seed gives the same faults call by call.</param>
public abstract class FaultSource<TFault>(int seed)
    where TFault : struct, Enum
{
    private readonly Lock _lock = new();
    private readonly Queue<TFault> _planned = new();
    private readonly List<FaultPlan> _plans = [];
    private readonly Random _faults = new(seed);
    private readonly Random _latencies = new(seed);

    /// <summary>How long every call takes at least.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Up to how much longer, evenly spread.</summary>
    public TimeSpan LatencyJitter { get; set; }

    /// <summary>The share of all calls that go wrong in each way, 0 to 1.</summary>
    private protected abstract IEnumerable<(TFault Fault, double Rate)> Rates { get; }

    /// <summary>Makes the next calls go wrong in just this way, in this order, before any are left to chance.</summary>
    public void Plan(params ReadOnlySpan<TFault> faults)
    {
        lock (_lock)
        {
            foreach (var fault in faults)
            {
                _planned.Enqueue(fault);
            }
        }
    }

    /// <summary>Makes the next calls of one kind go wrong in just this way, in this order, whatever else is called; <c>None</c> lets one pass.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public void PlanFor(string calls, params ReadOnlySpan<TFault> faults)
    {
        lock (_lock)
        {
            _plans.Add(new FaultPlan(calls, new Queue<TFault>(faults.ToArray()), Always: null));
        }
    }

    /// <summary>Makes all calls of one kind go wrong, until <see cref="Heal"/>; what was planned for them goes first.</summary>
    /// <param name="calls"><inheritdoc cref="RecordedCall.Is" path="/param[@name='calls']"/></param>
    public void FailAlways(string calls, TFault fault)
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

    internal TFault Next(RecordedCall call)
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

    private TFault Pick(double roll)
    {
        foreach (var (fault, rate) in Rates)
        {
            if (roll < rate)
            {
                return fault;
            }

            roll -= rate;
        }

        return default;
    }

    private sealed record FaultPlan(string Calls, Queue<TFault> Faults, TFault? Always);
}
