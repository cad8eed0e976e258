using BillingFunctions.Platform.FailedJobs;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Customers.Uploads;

/// <summary>Ends an upload that could not be ingested, and takes it into the failed jobs: retried, it carries on from its checkpoint. May run twice.</summary>
public sealed class GiveUpUploadFunction(CustomerUploadStore store, FailedJobStore failedJobs, TimeProvider time)
{
    /// <summary>As in host.json.</summary>
    private const int Attempts = 5;

    [Function(nameof(GiveUpUploadFunction))]
    public async Task RunAsync([QueueTrigger($"{UploadQueue.Name}-poison")] string uploadId, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(uploadId, cancellationToken) is { IsDone: false } upload)
        {
            var error = upload.Error ?? "It could not be ingested.";
            await failedJobs.AddAsync(UploadQueue.Name, uploadId, uploadId, error, Attempts, cancellationToken);
            if (await store.TrySaveAsync(upload with { Status = UploadStatus.Failed, Error = error, FinishedAt = time.GetUtcNow() }, cancellationToken) is not null)
            {
                return;
            }
        }
    }
}
