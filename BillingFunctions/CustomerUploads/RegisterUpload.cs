using System.Text;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.CustomerUploads;

/// <summary>Makes an upload of a file that is stored, and has it ingested.</summary>
public sealed class RegisterUpload(RunStore<CustomerUpload> store, UploadBlobs blobs, UploadQueue queue, IdempotentRequests idempotency, TimeProvider time)
{
    /// <summary>Answers with the upload. The file is deleted when that of an earlier request with the same key takes its place.</summary>
    internal async Task<IResult> RunAsync(HttpRequest request, StoredFile file, bool isDryRun, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isKept = false;
        try
        {
            var fingerprint = Encoding.ASCII.GetBytes($"{file.Sha256} {isDryRun}");
            return await idempotency.RunAsync(request, "customer-uploads", fingerprint, RunId.New<CustomerUpload>(now), AcceptAsync, cancellationToken);
        }
        finally
        {
            if (!isKept)
            {
                await blobs.DeleteAsync(file.Blob);
            }
        }

        async Task<IResult> AcceptAsync(string id)
        {
            var upload = new CustomerUpload { Id = id, File = file, DryRun = isDryRun, RequestedBy = Caller.Of(request), ReceivedAt = now };
            isKept = true;
            if (await store.ChangeAsync(id, stored => stored is null ? upload : null, cancellationToken) is null)
            {
                // A request with the same key died here, and its file is as good.
                isKept = false;
            }

            await queue.EnqueueAsync(id, cancellationToken);
            return CreatedAnswer.Accepted($"/api/uploads/{id}", new AcceptedUpload(id, $"/api/uploads/{id}"));
        }
    }
}

/// <summary>The answer to an upload.</summary>
/// <param name="Id">The id of the upload.</param>
/// <param name="StatusUrl">Where it can be asked for.</param>
internal sealed record AcceptedUpload(string Id, string StatusUrl);
