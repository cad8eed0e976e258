using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace BillingFunctions.CustomerUploads;

/// <summary>The uploaded files, and the rows of them that failed, in the container <c>uploads</c>.</summary>
public sealed class UploadBlobs(BlobServiceClient blobs)
{
    public const string Container = "uploads";

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(Container);

    /// <summary>A name that no file has yet.</summary>
    public static string NewName(DateTimeOffset now) => $"files/{Guid.CreateVersion7(now):N}.csv";

    /// <summary>Writes a file block by block, so that it appears whole or not at all.</summary>
    public Task WriteAsync(string name, Stream text, CancellationToken cancellationToken) => _container.GetBlobClient(name).UploadAsync(
        text, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv; charset=utf-8" } }, cancellationToken);

    /// <summary>Makes another file of the same content.</summary>
    public async Task CopyAsync(string name, string copy, CancellationToken cancellationToken)
    {
        await using var text = await OpenAsync(name, cancellationToken);
        await WriteAsync(copy, text, cancellationToken);
    }

    public Task DeleteAsync(string name) => _container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: CancellationToken.None);

    /// <summary>A stream that can seek and holds a piece of the file only.</summary>
    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken) =>
        _container.GetBlobClient(name).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellationToken);

    /// <summary>Keeps the failed rows of a chunk. The same chunk again writes the same rows over them.</summary>
    public Task WriteFailedRowsAsync(string uploadId, int chunk, BinaryData rows, CancellationToken cancellationToken) =>
        _container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{FailedRowsOf(uploadId)}{chunk:D6}.csv")).UploadAsync(rows, overwrite: true, cancellationToken);

    /// <summary>Copies the failed rows of the chunks that are done, in the order of the file.</summary>
    public async Task CopyFailedRowsAsync(string uploadId, int chunks, Stream target, CancellationToken cancellationToken)
    {
        // One by one: a chunk without any has no blob, and listing gives them by name.
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = FailedRowsOf(uploadId) }, cancellationToken))
        {
            var number = int.Parse(blob.Name.AsSpan(FailedRowsOf(uploadId).Length, 6), CultureInfo.InvariantCulture);
            if (number < chunks)
            {
                using var rows = (await _container.GetBlobClient(blob.Name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
                await rows.Content.CopyToAsync(target, cancellationToken);
            }
        }
    }

    public async Task DeleteFailedRowsAsync(string uploadId, CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = FailedRowsOf(uploadId) }, cancellationToken))
        {
            await _container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
        }
    }

    private static string FailedRowsOf(string uploadId) => $"errors/{uploadId}/";
}

/// <summary>The uploads that are to be ingested. A message is the id of one.</summary>
public sealed class UploadQueue(QueueServiceClient queues)
{
    public const string Name = "customer-uploads";

    private readonly QueueClient _queue = queues.GetQueueClient(Name);

    /// <summary>Has an upload ingested from where it stands. One message too many does no harm.</summary>
    public Task EnqueueAsync(string id, CancellationToken cancellationToken) => _queue.SendMessageAsync(id, cancellationToken);
}
