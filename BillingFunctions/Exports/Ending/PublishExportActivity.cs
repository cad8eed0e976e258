using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Exports.Ending;

/// <summary>What is to become a file.</summary>
public sealed record PublishExport(ExportPlan Plan, IReadOnlyList<StagedRange> Ranges, long Rows, int Pages) : IRequest
{
    string IRequest.Key => "publish";

    public static PublishExport Of(ExportState state) => new(state.Plan, state.Staged(), state.Rows, state.Pages);
}

/// <summary>What came of it: the file, or why there is none.</summary>
public sealed record PublishedExport(ExportedFile? File, string? Refusal);

/// <summary>
/// Commits the staged blocks, which makes the file appear whole and at once, and writes the manifest beside it.
/// May run twice: the file carries its run's id, and committing the same blocks again changes nothing.
/// </summary>
public sealed class PublishExportActivity(RunStore<ExportRun> store, BlobServiceClient blobs, TimeProvider time)
{
    /// <summary>The key of the blob metadata that names the run.</summary>
    private const string RunIdKey = "run_id";

    [Function(nameof(PublishExportActivity))]
    public async Task<Answer<PublishedExport>> RunAsync([ActivityTrigger] PublishExport export, CancellationToken cancellationToken)
    {
        Edge.About("run_id", export.Plan.RunId);
        return Answer.To(export, await PublishAsync(export, cancellationToken));
    }

    private async Task<PublishedExport> PublishAsync(PublishExport export, CancellationToken cancellationToken)
    {
        // The orchestrator may have asked for the file, crashed, and canceled the run when it decided anew.
        if (await store.FindAsync(export.Plan.RunId, cancellationToken) is { Status: ExportStatus.Canceled })
        {
            return new PublishedExport(null, "The run has been canceled.");
        }

        var container = blobs.GetBlobContainerClient(export.Plan.Container);
        var blob = container.GetBlockBlobClient(export.Plan.BlobName);
        if (await CommitAsync(blob, export, cancellationToken) is { } refusal)
        {
            return new PublishedExport(null, refusal);
        }

        var file = await DescribeAsync(blob, export.Plan, cancellationToken);
        var manifest = ExportManifest.Of(export, file, time.GetUtcNow());
        await container.GetBlobClient(export.Plan.BlobName + ExportTarget.ManifestSuffix)
            .UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(manifest, ApiJson.Options)), overwrite: true, cancellationToken);
        return new PublishedExport(file, null);
    }

    /// <summary>Null when the file is there; else why it must not be written.</summary>
    private static async Task<string?> CommitAsync(BlockBlobClient blob, PublishExport export, CancellationToken cancellationToken)
    {
        if (await IsOursAsync(blob, export.Plan.RunId, cancellationToken))
        {
            return null;
        }

        try
        {
            using var header = new MemoryStream(CustomerCsv.Header(export.Plan.Fields));
            await blob.StageBlockAsync(ExportBlocks.HeaderOf(export.Plan.RunId), header, cancellationToken: cancellationToken);
            await blob.CommitBlockListAsync(ExportBlocks.InOrder(export.Plan.RunId, export.Ranges), Options(export.Plan), cancellationToken);
            return null;
        }
        catch (RequestFailedException exists) when (exists.ErrorCode == BlobErrorCode.BlobAlreadyExists || exists.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return $"A file {export.Plan.Path} has been made meanwhile, and overwrite is not set.";
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            return $"The staged pages of {export.Plan.Path} are gone: storage keeps them for a week, and drops them when something else writes the file. Start a new export.";
        }
    }

    private static CommitBlockListOptions Options(ExportPlan plan) => new()
    {
        HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv; charset=utf-8" },
        Metadata = new Dictionary<string, string> { [RunIdKey] = plan.RunId },
        Conditions = plan.Overwrite ? null : new BlobRequestConditions { IfNoneMatch = ETag.All },
    };

    private static async Task<bool> IsOursAsync(BlockBlobClient blob, string runId, CancellationToken cancellationToken)
    {
        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return properties.Value.Metadata.TryGetValue(RunIdKey, out var owner) && owner == runId;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return false;
        }
    }

    /// <summary>Reads the file once more, to take its digest from what is stored rather than from what was sent.</summary>
    private static async Task<ExportedFile> DescribeAsync(BlockBlobClient blob, ExportPlan plan, CancellationToken cancellationToken)
    {
        var download = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
        await using var content = download.Value.Content;
        return new ExportedFile(plan.Path, download.Value.Details.ContentLength, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)));
    }
}
