using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.Insight.Proofs;

/// <summary>Proofs that wait or are being made, without a part done for two minutes.</summary>
public sealed class ProofSweeper(RunStore<MonthProof> store, MonthProofs proofs, TimeProvider time)
    : RunSweeper<MonthProof>(store, proofs.EnqueueAsync, [nameof(MonthProofStatus.Queued), nameof(MonthProofStatus.Running)], time)
{
    public override string Name => "proofs";
}
