using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Exports.Ending;

/// <summary>
/// Commits the staged blocks, which makes the file appear whole and at once, and writes the manifest beside it. May be done twice: the file carries its run's id, and
/// committing the same blocks again changes nothing.
/// </summary>
public sealed class ExportPublisher(BlobServiceClient blobs, TimeProvider time)
{
    /// <summary>The key of the blob metadata that names the run.</summary>
    private const string RunIdKey = "run_id";

    /// <returns>The end with its file, or a failed one when the file must not be written; any other end as it is.</returns>
    internal async Task<ExportEnd> PublishAsync(ExportEnd end, CancellationToken cancellationToken)
    {
        if (end.Status != ExportStatus.Completed)
        {
            return end;
        }

        var plan = end.State.Plan;
        var container = blobs.GetBlobContainerClient(plan.Container);
        var blob = container.GetBlockBlobClient(plan.BlobName);
        if (await CommitAsync(blob, end.State, cancellationToken) is { } refusal)
        {
            return ExportEnd.Failed(end.State, refusal);
        }

        var file = await DescribeAsync(blob, plan, cancellationToken);
        var manifest = ExportManifest.From(end.State, file, time.GetUtcNow());
        await container.GetBlobClient(plan.BlobName + ExportTarget.ManifestSuffix)
            .UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(manifest, ApiJson.Options)), overwrite: true, cancellationToken);
        return end with { File = file };
    }

    /// <summary>Deletes the file of a run and its manifest, if the file is still the one that the run has made.</summary>
    internal async Task RemoveAsync(ExportPlan plan, CancellationToken cancellationToken)
    {
        var container = blobs.GetBlobContainerClient(plan.Container);
        if (await IsOursAsync(container.GetBlockBlobClient(plan.BlobName), plan.RunId, cancellationToken))
        {
            // The file last: by it a removal that was cut off knows that it has not come to its end.
            await container.DeleteBlobIfExistsAsync(plan.BlobName + ExportTarget.ManifestSuffix, cancellationToken: cancellationToken);
            await container.DeleteBlobIfExistsAsync(plan.BlobName, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Null when the file is there; else why it must not be written.</summary>
    private static async Task<string?> CommitAsync(BlockBlobClient blob, ExportState state, CancellationToken cancellationToken)
    {
        var plan = state.Plan;
        if (await IsOursAsync(blob, plan.RunId, cancellationToken))
        {
            return null;
        }

        try
        {
            using var header = new MemoryStream(CustomerCsv.Header(plan.Fields));
            await blob.StageBlockAsync(ExportBlocks.HeaderOf(plan.RunId), header, cancellationToken: cancellationToken);
            await blob.CommitBlockListAsync(ExportBlocks.InOrder(plan.RunId, state.Staged()), Options(plan), cancellationToken);
            return null;
        }
        catch (RequestFailedException exists) when (exists.ErrorCode == BlobErrorCode.BlobAlreadyExists || exists.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return $"A file {plan.Path} has been made meanwhile, and overwrite is not set.";
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            return $"The staged pages of {plan.Path} are gone: storage keeps them for a week, and drops them when something else writes the file. Start a new export.";
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
