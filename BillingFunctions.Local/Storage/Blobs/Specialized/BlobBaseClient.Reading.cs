using Azure.Core;
using Azure.Storage.Blobs.Models;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Specialized;

public partial class BlobBaseClient
{
    /// <summary>Reads the blob as it comes over the network; dispose the result. For long reads see <see cref="OpenReadAsync(BlobOpenReadOptions, CancellationToken)"/>.</summary>
    /// <exception cref="RequestFailedException">It is not there (404, <see cref="BlobErrorCode.BlobNotFound"/>), or a condition is not met.</exception>
    public virtual async Task<Response<BlobDownloadStreamingResult>> DownloadStreamingAsync(
        BlobDownloadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using var message = Download(options);
        message.BufferResponse = false;
        var response = await _blob.Connection.SendOpenAsync(message, Status(options), cancellationToken);
        return Response.FromValue(new BlobDownloadStreamingResult(message.ExtractResponseContent()!, response), response);
    }

    /// <summary>Reads the blob into memory.</summary>
    /// <exception cref="RequestFailedException">It is not there (404, <see cref="BlobErrorCode.BlobNotFound"/>).</exception>
    public virtual Task<Response<BlobDownloadResult>> DownloadContentAsync() => DownloadContentAsync(options: null, default);

    /// <inheritdoc cref="DownloadContentAsync()"/>
    public virtual Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken) =>
        DownloadContentAsync(options: null, cancellationToken);

    /// <inheritdoc cref="DownloadContentAsync()"/>
    public virtual async Task<Response<BlobDownloadResult>> DownloadContentAsync(
        BlobDownloadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var response = await _blob.Connection.SendAsync(Download(options), Status(options), cancellationToken);
        return Response.FromValue(new BlobDownloadResult(response), response);
    }

    /// <summary>A stream that fetches the blob in pieces, each retried by itself; it can seek.</summary>
    /// <exception cref="RequestFailedException">The blob is not there; or, while reading, it was changed (412).</exception>
    public virtual async Task<Stream> OpenReadAsync(BlobOpenReadOptions options, CancellationToken cancellationToken = default)
    {
        options ??= new BlobOpenReadOptions(allowModifications: false);
        var properties = await GetPropertiesAsync(options.Conditions, cancellationToken);
        return new BlobReadStream(this, properties.Value, options);
    }

    /// <inheritdoc cref="OpenReadAsync(BlobOpenReadOptions, CancellationToken)"/>
    /// <param name="position">Where to begin, in bytes.</param>
    /// <param name="bufferSize">How much to fetch at once, in bytes; null for 4 MiB.</param>
    /// <param name="conditions">What must hold.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public virtual Task<Stream> OpenReadAsync(
        long position = 0,
        int? bufferSize = null,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default) =>
        OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false) { Position = position, BufferSize = bufferSize, Conditions = conditions },
            cancellationToken);

    private HttpMessage Download(BlobDownloadOptions? options)
    {
        var message = Message(RequestMethod.Get, options?.Conditions);
        message.Request.AddIf("x-ms-range", IsPart(options) ? options!.Range.ToString() : null);
        return message;
    }

    private static int Status(BlobDownloadOptions? options) => IsPart(options) ? 206 : 200;

    private static bool IsPart(BlobDownloadOptions? options) => options is { Range: var range } && range != default;
}
