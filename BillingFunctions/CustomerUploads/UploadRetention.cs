using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.CustomerUploads;

/// <summary>Removes uploads that ended long ago, with their files and failed rows. The customers stay.</summary>
public sealed class UploadRetention(RunStore<CustomerUpload> store, UploadBlobs blobs, RetentionLimits limits) : IRetention
{
    public string Name => "uploads";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => store.RemoveFinishedAsync(limits.Runs, RemoveFilesAsync, cancellationToken);

    private async Task RemoveFilesAsync(CustomerUpload upload, CancellationToken cancellationToken)
    {
        await blobs.DeleteFailedRowsAsync(upload.Id, cancellationToken);
        await blobs.DeleteAsync(upload.File.Blob);
    }
}
