using Azure.Storage.Queues;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Insight.Proofs;

/// <summary>The proofs that are kept, and those that are being made.</summary>
public sealed class MonthProofs(RunStore<MonthProof> store, QueueServiceClient queues, TimeProvider time)
{
    public const string Queue = "proofs";

    /// <summary>How long a request waits for the proof. A month of some ten thousand invoices is proved in that time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal Task<MonthProof?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>The proofs of a month that are completed, newest first; of those that say the same, the one that is signed, else the oldest.</summary>
    internal async Task<IReadOnlyList<MonthProof>> ListAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var all = await store.ListAsync(after: null, cancellationToken).Where(proof => proof.Month == month.ToString() && proof.Status == MonthProofStatus.Completed).ToListAsync(cancellationToken);
        return [.. all.GroupBy(proof => proof.Sha256).Select(same => same.FirstOrDefault(proof => proof.SignedAt is not null) ?? same.Last()).OrderByDescending(proof => proof.StartedAt)];
    }

    /// <summary>Has the month proved as it is now, and waits for it.</summary>
    /// <returns>The proof; one that is still under way when that takes long.</returns>
    internal async Task<MonthProof> MakeAsync(BillingMonth month, string requestedBy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var proof = new MonthProof { Id = RunId.New<MonthProof>(now), Month = month.ToString(), RequestedBy = requestedBy, StartedAt = now };
        await store.SaveAsync(proof, cancellationToken);
        await EnqueueAsync(proof.Id, cancellationToken);
        return await WaitAsync(proof, cancellationToken);
    }

    /// <summary>Has a proof made. One message too many does no harm.</summary>
    internal Task EnqueueAsync(string id, CancellationToken cancellationToken) => queues.GetQueueClient(Queue).SendMessageAsync(id, cancellationToken);

    /// <summary>Waits for a proof that is under way.</summary>
    internal async Task<MonthProof> WaitAsync(MonthProof proof, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var current = proof;
        while (current.Status is MonthProofStatus.Queued or MonthProofStatus.Running && time.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Pause, time, cancellationToken);
            current = await store.FindAsync(proof.Id, cancellationToken) ?? current;
        }

        return current;
    }

    /// <summary>Signs a proof, once: the first signature stays.</summary>
    /// <returns>The proof as it is now.</returns>
    internal async Task<MonthProof?> SignAsync(string id, string who, CancellationToken cancellationToken)
    {
        await store.ChangeAsync(id, proof => proof is { Status: MonthProofStatus.Completed, SignedAt: null } ? proof with { SignedAt = time.GetUtcNow(), SignedBy = who } : null, cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }
}
