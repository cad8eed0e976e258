using Azure;
using Azure.Storage.Blobs;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Exports;

/// <summary>The runs, one run, its file and its manifest.</summary>
public sealed class ReadExportsFunctions(ExportRuns runs, BlobServiceClient blobs, DownloadLinks links, TimeProvider time)
{
    /// <summary>Lists the export runs, newest first.</summary>
    [Function("ListExportsFunction")]
    [ProducesPage<ExportView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, RunId.Is<ExportRun>) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var found = await runs.ListAsync(durable, page.Limit + 1, page.Cursor, cancellationToken);
        var now = time.GetUtcNow();
        return ApiJson.Ok(page.Cut(found, run => ExportView.From(run, now), run => run.Id));
    }

    /// <summary>Shows an export run: its status, progress, file and error.</summary>
    [Function("GetExportFunction")]
    [ProducesResponseType<ExportView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken) =>
        await runs.FindAsync(durable, id, cancellationToken) is { } run ? ApiJson.Ok(ExportView.From(run, time.GetUtcNow())) : NotFound(id);

    /// <summary>Downloads the CSV of a completed run.</summary>
    [Function("GetExportFileFunction")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> GetFileAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{id}/file")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken) =>
        await DownloadAsync(durable, id, "", "text/csv; charset=utf-8", cancellationToken);

    /// <summary>Downloads the manifest of a completed run: rows, digest, window and columns.</summary>
    [Function("GetExportManifestFunction")]
    [ProducesResponseType<ExportManifest>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> GetManifestAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{id}/manifest")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken) =>
        await DownloadAsync(durable, id, ExportTarget.ManifestSuffix, "application/json", cancellationToken);

    /// <summary>Downloads the CSV of a completed run, by a signed link.</summary>
    [Function("DownloadExportFileFunction")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> FollowToFileAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadLinks.RoutePrefix + "exports/{id}/file")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken) =>
        await links.IsValidAsync(request, cancellationToken) ? await GetFileAsync(request, durable, id, cancellationToken) : DownloadLinks.Refusal;

    /// <summary>Downloads the manifest of a completed run, by a signed link.</summary>
    [Function("DownloadExportManifestFunction")]
    [ProducesResponseType<ExportManifest>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> FollowToManifestAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadLinks.RoutePrefix + "exports/{id}/manifest")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string id,
        CancellationToken cancellationToken) =>
        await links.IsValidAsync(request, cancellationToken) ? await GetManifestAsync(request, durable, id, cancellationToken) : DownloadLinks.Refusal;

    private async Task<IResult> DownloadAsync(DurableTaskClient durable, string id, string suffix, string contentType, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(durable, id, cancellationToken) is not { } run)
        {
            return NotFound(id);
        }

        if (run.File is null)
        {
            return Problems.Conflict($"The run is {run.Status.ToString().ToLowerInvariant()}; a file is there when it is completed.");
        }

        try
        {
            var name = run.Plan.BlobName + suffix;
            var download = await blobs.GetBlobContainerClient(run.Plan.Container).GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            return Results.Stream(download.Value.Content, contentType, name[(name.LastIndexOf('/') + 1)..]);
        }
        catch (RequestFailedException missing) when (missing.Status == StatusCodes.Status404NotFound)
        {
            return Problems.NotFound($"file {run.Plan.Path}{suffix}: it has been deleted since");
        }
    }

    private static IResult NotFound(string id) => Problems.NotFound($"export {id}");
}
