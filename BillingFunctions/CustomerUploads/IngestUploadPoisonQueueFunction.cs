using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary>Ends an upload that could not be ingested, and takes it into the failed jobs: retried, it carries on from its checkpoint. May run twice.</summary>
public sealed class IngestUploadPoisonQueueFunction(RunStore<CustomerUpload> store, FailedJobStore failedJobs, PoisonMessages messages, TimeProvider time)
{
    [Function(nameof(IngestUploadPoisonQueueFunction))]
    public async Task RunAsync([QueueTrigger($"{UploadQueue.Name}-poison", Connection = StorageConnection.Name)] string uploadId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(uploadId, cancellationToken) is not { } upload)
        {
            await messages.GiveUpAsync(UploadQueue.Name, uploadId, "The message is not the id of an upload.", cancellationToken);
            return;
        }

        Edge.About("upload_id", upload.Id);
        if (upload.IsDone)
        {
            return;
        }

        var error = upload.Error ?? "It could not be ingested.";
        await failedJobs.AddAsync(UploadQueue.Name, uploadId, uploadId, error, PoisonMessages.Deliveries, cancellationToken);
        var failed = (CustomerUpload stored) => stored with { Status = UploadStatus.Failed, Error = error, FinishedAt = time.GetUtcNow() };
        await store.ChangeAsync(uploadId, stored => stored is { IsDone: false } ? failed(stored) : null, cancellationToken);
    }
}
