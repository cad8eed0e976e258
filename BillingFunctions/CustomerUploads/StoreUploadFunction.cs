using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary><c>POST /api/uploads/{id}/store</c>: takes in the file of a finished dry run, so that what is stored is what was checked. Called twice it makes two uploads, of which the second changes nothing.</summary>
public sealed class StoreUploadFunction(RunStore<CustomerUpload> store, UploadBlobs blobs, RegisterUpload register, TimeProvider time)
{
    /// <summary>Takes in a file that was only checked, as a new upload.</summary>
    /// <remarks>The rows that the check rejected are rejected again; the others are stored.</remarks>
    [Function(nameof(StoreUploadFunction))]
    [OperatorAction]
    [Idempotent]
    [ProducesResponseType<AcceptedUpload>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/uploads/{id}/store")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } check)
        {
            return ReadUploadsFunctions.NotFound(id);
        }

        if (!check.DryRun)
        {
            return Problems.Conflict("The upload is not a dry run: its customers are stored already, or are being stored.");
        }

        if (check.Status != UploadStatus.Completed)
        {
            return Problems.Conflict($"The dry run is {check.Status.ToString().ToLowerInvariant()}; only the file of a completed one can be stored.");
        }

        // A file of its own: the two uploads are removed at different times.
        var file = check.File with { Blob = UploadBlobs.NewName(time.GetUtcNow()) };
        await blobs.CopyAsync(check.File.Blob, file.Blob, cancellationToken);
        return await register.RunAsync(request, file, isDryRun: false, cancellationToken);
    }
}
