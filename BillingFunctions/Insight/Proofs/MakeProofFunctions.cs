using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Insight.Proofs;

/// <summary>Makes a proof. It only reads, so a message may come any number of times: a proof that is completed is left as it is.</summary>
public sealed class MakeProofFunctions(RunStore<MonthProof> store, MonthProver prover, PoisonMessages messages, TimeProvider time)
{
    [Function("MakeProofFunction")]
    public async Task RunAsync([QueueTrigger(MonthProofs.Queue, Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        Edge.About("run_id", id);
        if (await store.ChangeAsync(id, proof => proof is { Status: MonthProofStatus.Queued or MonthProofStatus.Running } ? proof with { Status = MonthProofStatus.Running } : null, cancellationToken)
            is not { } proof)
        {
            return;
        }

        var made = proof.With(await prover.ProveAsync(BillingMonth.Parse(proof.Month), cancellationToken), time.GetUtcNow());
        await store.ChangeAsync(id, stored => stored is { Status: MonthProofStatus.Completed } ? null : made, cancellationToken);
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
}
