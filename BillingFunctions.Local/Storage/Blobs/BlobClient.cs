using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs;

/// <summary>One blob. Safe to share between threads.</summary>
public class BlobClient : BlobBaseClient
{
    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    /// <param name="blobContainerName">The container.</param>
    /// <param name="blobName">The blob, which need not exist yet.</param>
    public BlobClient(string connectionString, string blobContainerName, string blobName)
        : this(BlobAddress.Parse(connectionString, blobContainerName, options: null).ForBlob(blobName))
    {
    }

    /// <param name="blobUri">Such as <c>https://account.blob.core.windows.net/exports/a.csv</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobClient(Uri blobUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfBlob(BlobConnection.From(credential, options), blobUri))
    {
    }

    /// <param name="blobUri">Such as <c>https://account.blob.core.windows.net/exports/a.csv</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobClient(Uri blobUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfBlob(BlobConnection.From(blobUri, credential, options), blobUri))
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected BlobClient()
    {
    }

    internal BlobClient(BlobAddress blob)
        : base(blob)
    {
    }

    /// <summary>Writes a new blob.</summary>
    /// <exception cref="RequestFailedException">It is there (409, <see cref="BlobErrorCode.BlobAlreadyExists"/>).</exception>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(BinaryData content) => UploadAsync(content, overwrite: false);

    /// <inheritdoc cref="UploadAsync(BinaryData)"/>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, CancellationToken cancellationToken) =>
        UploadAsync(content, overwrite: false, cancellationToken);

    /// <summary>Writes the blob.</summary>
    /// <exception cref="RequestFailedException">It is there and is not to be overwritten (409, <see cref="BlobErrorCode.BlobAlreadyExists"/>).</exception>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(
        BinaryData content,
        bool overwrite = false,
        CancellationToken cancellationToken = default) =>
        UploadAsync(content, Options(overwrite), cancellationToken);

    /// <summary>Writes the blob over what is there, if the conditions are met.</summary>
    /// <exception cref="RequestFailedException">A condition is not met (412; 409 for one that it must not exist).</exception>
    public virtual async Task<Response<BlobContentInfo>> UploadAsync(
        BinaryData content,
        BlobUploadOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return await Blob.PutAsync(RequestContent.Create(content), options, cancellationToken);
    }

    /// <inheritdoc cref="UploadAsync(BinaryData)"/>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(Stream content) => UploadAsync(content, overwrite: false);

    /// <inheritdoc cref="UploadAsync(BinaryData)"/>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(Stream content, CancellationToken cancellationToken) =>
        UploadAsync(content, overwrite: false, cancellationToken);

    /// <inheritdoc cref="UploadAsync(BinaryData, bool, CancellationToken)"/>
    public virtual Task<Response<BlobContentInfo>> UploadAsync(
        Stream content,
        bool overwrite = false,
        CancellationToken cancellationToken = default) =>
        UploadAsync(content, Options(overwrite), cancellationToken);

    /// <inheritdoc cref="UploadAsync(BinaryData, BlobUploadOptions, CancellationToken)"/>
    public virtual async Task<Response<BlobContentInfo>> UploadAsync(
        Stream content,
        BlobUploadOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return await BlockUpload.SendAsync(Blob, content, options, cancellationToken);
    }

    private static BlobUploadOptions Options(bool overwrite) => new()
    {
        Conditions = overwrite ? null : new BlobRequestConditions { IfNoneMatch = ETag.All },
    };
}
