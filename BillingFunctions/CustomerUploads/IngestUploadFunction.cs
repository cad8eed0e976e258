using BillingFunctions.CustomerUploads.Ingest;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary>Ingests an upload from where it stands. May run twice, also at the same time.</summary>
public sealed class IngestUploadFunction(IngestUpload ingest)
{
    [Function(nameof(IngestUploadFunction))]
    public Task RunAsync([QueueTrigger(UploadQueue.Name, Connection = StorageConnection.Name)] string uploadId, CancellationToken cancellationToken)
    {
        Edge.About("upload_id", uploadId);
        return ingest.ContinueAsync(uploadId, cancellationToken);
    }
}
