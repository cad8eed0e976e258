using System.Globalization;

namespace BillingFunctions.Tests.Faults;

/// <summary>What a round is made of.</summary>
/// <param name="Seed">Where its randomness begins: which faults, which victims, which moments.</param>
/// <param name="Hosts">How many hosts, each with a worker, share the storage account.</param>
/// <param name="RestartsStorage">Whether the storage emulator is started again meanwhile; it keeps its data on disk then.</param>
/// <param name="MovesClock">Whether the workers' clock jumps ahead and back.</param>
/// <param name="Storm">How long things go wrong.</param>
internal sealed record FaultPlan(int Seed, int Hosts, bool RestartsStorage, bool MovesClock, TimeSpan Storm)
{
    /// <summary>The plan of one of many rounds; each kind of plan comes once in four.</summary>
    public static FaultPlan Of(int seed, int round, TimeSpan storm) => new(seed + round, Hosts: round % 2 == 1 ? 2 : 1, RestartsStorage: round % 4 == 2, MovesClock: round % 4 == 3, storm);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"seed {Seed}, {Hosts} host{(Hosts == 1 ? "" : "s")}{(RestartsStorage ? ", storage restarted" : "")}{(MovesClock ? ", clock moved" : "")}, {Storm.TotalSeconds:F0} s of faults");
}
