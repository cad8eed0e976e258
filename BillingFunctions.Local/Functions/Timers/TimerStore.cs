using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>What is kept of the timers of an app: which process runs them, and where each schedule stands.</summary>
internal sealed class TimerStore(BlobContainerClient container, string app) : IOwnerStore
{
    public const string Container = "azure-webjobs-hosts";

    private BlobClient OwnerBlob => container.GetBlobClient($"locks/{app}/timers");

    public Task PrepareAsync(CancellationToken cancellationToken) => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    /// <returns>Null when nothing was written yet.</returns>
    public async Task<ScheduleStatus?> FindStatusAsync(string function, CancellationToken cancellationToken) =>
        await FindAsync(StatusBlob(function), cancellationToken) is { } found ? found.Content.ToObjectFromJson<ScheduleStatus>() : null;

    public Task WriteStatusAsync(string function, ScheduleStatus status, CancellationToken cancellationToken) =>
        StatusBlob(function).UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true, cancellationToken);

    public async Task<OwnerRecord?> FindOwnerAsync(CancellationToken cancellationToken) =>
        await FindAsync(OwnerBlob, cancellationToken) is { } found
            ? found.Content.ToObjectFromJson<OwnerRecord>()! with { Version = found.Details.ETag.ToString() }
            : null;

    public async Task<OwnerRecord?> TryWriteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions { Conditions = Unchanged(owner) };
            var written = await OwnerBlob.UploadAsync(BinaryData.FromObjectAsJson(owner), options, cancellationToken);
            return owner with { Version = written.Value.ETag.ToString() };
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            return null;
        }
    }

    public async Task DeleteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        try
        {
            await OwnerBlob.DeleteIfExistsAsync(conditions: Unchanged(owner), cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 412)
        {
            // Somebody else runs the timers now; the blob is theirs.
        }
    }

    private static async Task<BlobDownloadResult?> FindAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return await blob.DownloadContentAsync(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static BlobRequestConditions Unchanged(OwnerRecord owner) => owner.Version is { } version
        ? new BlobRequestConditions { IfMatch = new ETag(version) }
        : new BlobRequestConditions { IfNoneMatch = ETag.All };

    // The vendor's place, so that a look into storage shows the same in both editions.
    private BlobClient StatusBlob(string function) => container.GetBlobClient($"timers/{app}/Host.Functions.{function}/status");
}
