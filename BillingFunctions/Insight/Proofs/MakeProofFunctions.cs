using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Insight.Proofs;

/// <summary>
/// Makes a proof part by part, and stores each. A message may come any number of times: it goes on with the first part that is missing; of two at one proof, the one that comes second to a part
/// stops, and a proof that is completed is left as it is.
/// </summary>
public sealed class MakeProofFunctions(RunStore<MonthProof> store, MonthProver prover, PoisonMessages messages, TimeProvider time)
{
    [Function("MakeProofFunction")]
    public async Task RunAsync([QueueTrigger(MonthProofs.Queue, Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        Edge.About("run_id", id);
        var proof = await store.ChangeAsync(id, stored => stored is { Status: MonthProofStatus.Queued or MonthProofStatus.Running } ? stored with { Status = MonthProofStatus.Running } : null, cancellationToken);
        while (proof is { Status: MonthProofStatus.Running })
        {
            proof = await ProvePartAsync(proof, cancellationToken);
        }
    }

    /// <summary>A proof whose message could not be processed has failed: it is asked for again by whoever wants it.</summary>
    [Function("MakeProofPoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{MonthProofs.Queue}-poison", Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        var failed = RunId.Is<MonthProof>(id)
            ? await store.ChangeAsync(
                id,
                proof => proof is null or { Status: MonthProofStatus.Completed } ? null : proof with { Status = MonthProofStatus.Failed, FinishedAt = time.GetUtcNow(), Error = "It could not be made. The log says why." },
                cancellationToken)
            : null;
        if (failed is null && await store.FindAsync(id, cancellationToken) is null)
        {
            await messages.GiveUpAsync(MonthProofs.Queue, id, "The message is not the id of a proof.", cancellationToken);
        }
    }

    /// <returns>The proof after its next part; null when somebody else has proved that meanwhile, and goes on.</returns>
    private async Task<MonthProof?> ProvePartAsync(MonthProof proof, CancellationToken cancellationToken)
    {
        var lines = await prover.ProveAsync(BillingMonth.Parse(proof.Month), proof.Parts, cancellationToken);
        var isLast = proof.Parts + 1 == prover.Parts;
        return await store.ChangeAsync(
            proof.Id, stored => stored is { Status: MonthProofStatus.Running } && stored.Parts == proof.Parts ? stored.With(lines, isLast, time.GetUtcNow()) : null, cancellationToken);
    }
}
