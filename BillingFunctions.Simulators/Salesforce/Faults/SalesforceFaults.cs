using BillingFunctions.Simulators.Faults;

namespace BillingFunctions.Simulators.Salesforce.Faults;

/// <summary>Decides what goes wrong. Rates are shares of all calls, 0 to 1, and add up to at most 1; all may be changed at any time.</summary>
public sealed class SalesforceFaults(int seed) : FaultSource<SalesforceFault>(seed)
{
    public double ServerUnavailableRate { get; set; }

    public double ServerErrorRate { get; set; }

    public double CutBeforeRate { get; set; }

    public double CutAfterRate { get; set; }

    public double SlowRate { get; set; }

    public double InvalidSessionRate { get; set; }

    public double RequestLimitRate { get; set; }

    /// <summary>How long a <see cref="SalesforceFault.Slow"/> answer takes, by the simulator's clock.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What goes wrong with single records of calls that succeed.</summary>
    public RecordFaults Records { get; } = new(seed);

    private protected override IEnumerable<(SalesforceFault Fault, double Rate)> Rates =>
    [
        (SalesforceFault.ServerUnavailable, ServerUnavailableRate),
        (SalesforceFault.ServerError, ServerErrorRate),
        (SalesforceFault.CutBefore, CutBeforeRate),
        (SalesforceFault.CutAfter, CutAfterRate),
        (SalesforceFault.Slow, SlowRate),
        (SalesforceFault.InvalidSession, InvalidSessionRate),
        (SalesforceFault.RequestLimit, RequestLimitRate),
    ];
}
