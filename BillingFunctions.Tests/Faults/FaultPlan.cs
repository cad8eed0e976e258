using System.Globalization;

namespace BillingFunctions.Tests.Faults;

/// <summary>What a round is made of.</summary>
/// <param name="Seed">Where its randomness begins: which faults, which victims, which moments.</param>
/// <param name="Hosts">How many hosts, each with a worker, share the storage account.</param>
/// <param name="RestartsStorage">Whether the storage emulator is started again meanwhile; it keeps its data on disk then.</param>
/// <param name="MovesClock">Whether the workers' clock jumps ahead and back.</param>
/// <param name="Storm">How long things go wrong.</param>
/// <param name="Size">How much work there is, from 1: twenty things of a kind each.</param>
/// <param name="Rate">The share of calls with a fault, before they are done and again after, 0 to 1; a sixth of it for storage, which is called most.</param>
internal sealed record FaultPlan(int Seed, int Hosts, bool RestartsStorage, bool MovesClock, TimeSpan Storm, int Size, double Rate)
{
    /// <summary>For every run of all tests.</summary>
    public static FaultPlan Short(int seed) => new(seed, Hosts: 1, RestartsStorage: false, MovesClock: false, TimeSpan.FromSeconds(30), Size: 1, Rate: 0.18);

    /// <summary>The plan of one of many rounds; each kind of plan comes once in four.</summary>
    public static FaultPlan Of(int seed, int round) =>
        new(seed + round, Hosts: round % 2 == 1 ? 2 : 1, RestartsStorage: round % 4 == 2, MovesClock: round % 4 == 3, TimeSpan.FromSeconds(90), Size: 3, Rate: 0.06);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"seed {Seed}, {Hosts} host{(Hosts == 1 ? "" : "s")}{(RestartsStorage ? ", storage restarted" : "")}{(MovesClock ? ", clock moved" : "")}, {Storm.TotalSeconds:F0} s of faults");
}
