using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Sweeping;

namespace BillingFunctions.CustomerUploads;

/// <summary>
/// Uploads that wait or are under way, without a checkpoint for two minutes. One too many at an upload changes nothing: of two, one stops at its next checkpoint.
/// </summary>
public sealed class UploadSweeper(RunStore<CustomerUpload> store, UploadQueue queue, TimeProvider time) : ISweeper
{
    private const int MaxUploads = 100;

    /// <summary>What is older lies there for another reason than a crash, and is left to a person.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    public string Name => "uploads";

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var (now, queued) = (time.GetUtcNow(), 0);
        var silent = store.ListAsync(now - Reach, savedBefore: now - ISweeper.Silence, [nameof(UploadStatus.Queued), nameof(UploadStatus.Running)], cancellationToken);
        await foreach (var upload in silent.Take(MaxUploads).WithCancellation(cancellationToken))
        {
            // Saved as it is: from now on it has two minutes again. Whoever has got further since is alive.
            if (await store.ChangeAsync(upload.Id, stored => stored?.Status == upload.Status && stored.Progress == upload.Progress ? stored : null, cancellationToken) is not null)
            {
                await queue.EnqueueAsync(upload.Id, cancellationToken);
                queued++;
            }
        }

        return queued;
    }
}
