using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary>
/// <c>POST /api/uploads/{id}/resume</c>: carries on with one that failed, or whose process was killed, which the sweeper does within three minutes. Safe at any time.
/// </summary>
public sealed class ResumeUploadFunction(RunStore<CustomerUpload> store, UploadQueue queue)
{
    /// <summary>Carries on with an upload that failed.</summary>
    /// <remarks>Safe at any time.</remarks>
    [Function(nameof(ResumeUploadFunction))]
    [OperatorAction]
    [ProducesResponseType<AcceptedUpload>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/uploads/{id}/resume")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } upload)
        {
            return ReadUploadsFunctions.NotFound(id);
        }

        if (upload.IsDone)
        {
            return Problems.Conflict($"The upload is {upload.Status.ToString().ToLowerInvariant()}; there is nothing left to do.");
        }

        var reopened = upload with { Status = UploadStatus.Queued, Error = null, FinishedAt = null };
        await store.ChangeAsync(id, stored => stored is { Status: UploadStatus.Failed } && stored.Progress == upload.Progress ? reopened : null, cancellationToken);
        await queue.EnqueueAsync(id, cancellationToken);
        return CreatedAnswer.Accepted($"/api/uploads/{id}", new AcceptedUpload(id, $"/api/uploads/{id}"));
    }
}
