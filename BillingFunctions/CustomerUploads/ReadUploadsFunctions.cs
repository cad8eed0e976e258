using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary>The uploads, one upload, and its failed rows.</summary>
public sealed class ReadUploadsFunctions(RunStore<CustomerUpload> store, UploadBlobs blobs, DownloadLinks links)
{
    /// <summary>Lists the uploads of customers, newest first.</summary>
    [Function("ListUploadsFunction")]
    [ProducesPage<UploadSummary>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/uploads")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, RunId.Is<CustomerUpload>) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.ListAsync(page.Cursor, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, UploadSummary.From, upload => upload.Id));
    }

    /// <summary>Shows an upload: its status, rows, columns and first errors.</summary>
    [Function("GetUploadFunction")]
    [ProducesResponseType<UploadView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/uploads/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } upload ? ApiJson.Ok(new UploadView(upload)) : NotFound(id);

    /// <summary>Downloads the failed rows so far, ready to be mended and sent again.</summary>
    /// <remarks>The header alone when there are none.</remarks>
    [Function("GetUploadErrorsFunction")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetErrorsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/uploads/{id}/errors.csv")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } upload)
        {
            return NotFound(id);
        }

        var header = new FailedRows(CustomerColumns.From(upload.File.Header), upload.File.Header.Separator).Header();
        return Results.Stream(WriteAsync, "text/csv; charset=utf-8", $"{id}-errors.csv");

        async Task WriteAsync(Stream target)
        {
            await target.WriteAsync(header, cancellationToken);
            await blobs.CopyFailedRowsAsync(id, upload.Progress.Chunks, target, cancellationToken);
        }
    }

    /// <summary>Downloads the failed rows so far, by a signed link.</summary>
    [Function("DownloadUploadErrorsFunction")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound)]
    public async Task<IResult> FollowToErrorsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadLinks.RoutePrefix + "uploads/{id}/errors.csv")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await links.IsValidAsync(request, cancellationToken) ? await GetErrorsAsync(request, id, cancellationToken) : DownloadLinks.Refusal;

    internal static IResult NotFound(string id) => Problems.NotFound($"upload {id}");
}
