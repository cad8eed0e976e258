using BillingFunctions.Simulators.Faults;

namespace BillingFunctions.Simulators.Stripe.Faults;

/// <summary>Decides what goes wrong. Rates are shares of all calls, 0 to 1, and add up to at most 1; all may be changed at any time.</summary>
public sealed class FaultInjector(int seed) : FaultSource<Fault>(seed)
{
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

    private protected override IEnumerable<(Fault Fault, double Rate)> Rates =>
    [
        (Fault.RateLimit, RateLimitRate),
        (Fault.ServerError, ServerErrorRate),
        (Fault.Timeout, TimeoutRate),
        (Fault.CutBefore, CutBeforeRate),
        (Fault.CutAfter, CutAfterRate),
        (Fault.LockTimeout, LockTimeoutRate),
    ];
}
