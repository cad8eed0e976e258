using System.Xml.Linq;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Specialized;

/// <summary>A blob made of blocks: they are staged in any order, as often as need be, and become the blob when committed.</summary>
public class BlockBlobClient : BlobBaseClient
{
    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    /// <param name="containerName">The container.</param>
    /// <param name="blobName">The blob, which need not exist yet.</param>
    public BlockBlobClient(string connectionString, string containerName, string blobName)
        : this(BlobAddress.Parse(connectionString, containerName, options: null).ForBlob(blobName))
    {
    }

    /// <param name="blobUri">Such as <c>https://account.blob.core.windows.net/exports/a.csv</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries and the like.</param>
    public BlockBlobClient(Uri blobUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfBlob(BlobConnection.From(credential, options), blobUri))
    {
    }

    /// <param name="blobUri">Such as <c>https://account.blob.core.windows.net/exports/a.csv</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public BlockBlobClient(Uri blobUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfBlob(BlobConnection.From(blobUri, credential, options), blobUri))
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected BlockBlobClient()
    {
    }

    internal BlockBlobClient(BlobAddress blob)
        : base(blob)
    {
    }

    /// <summary>Stages one block, at most 4000 MiB. It is discarded if not committed within a week of the last.</summary>
    /// <param name="base64BlockId">Its id; all ids of a blob are of the same length, at most 64 bytes before base64.</param>
    /// <param name="content">What is in it; the stream must be able to seek, so that a retry can begin anew.</param>
    /// <param name="options">What must hold.</param>
    /// <param name="cancellationToken">Stops waiting; the block may be there.</param>
    /// <exception cref="RequestFailedException">The id is refused (400, <see cref="BlobErrorCode.InvalidBlobOrBlock"/>), or the container is missing.</exception>
    public virtual async Task<Response<BlockInfo>> StageBlockAsync(
        string base64BlockId,
        Stream content,
        BlockBlobStageBlockOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return await Blob.StageAsync(base64BlockId, RequestContent.Create(content), options?.Conditions, cancellationToken);
    }

    /// <summary>Makes the blob of these blocks, in this order; staged ones that are not named are discarded.</summary>
    /// <exception cref="RequestFailedException">A block is missing (400, <see cref="BlobErrorCode.InvalidBlockList"/>), or a condition is not met (412).</exception>
    public virtual async Task<Response<BlobContentInfo>> CommitBlockListAsync(
        IEnumerable<string> base64BlockIds,
        CommitBlockListOptions options,
        CancellationToken cancellationToken = default) =>
        await Blob.CommitAsync(base64BlockIds, options, cancellationToken);

    /// <inheritdoc cref="CommitBlockListAsync(IEnumerable{string}, CommitBlockListOptions, CancellationToken)"/>
    /// <param name="base64BlockIds">The blocks.</param>
    /// <param name="httpHeaders">What the blob is served with.</param>
    /// <param name="metadata">What is kept beside it.</param>
    /// <param name="conditions">What must hold.</param>
    /// <param name="accessTier">How warm it is kept; null for the account's default.</param>
    /// <param name="cancellationToken">Stops waiting; the blob may be there.</param>
    public virtual async Task<Response<BlobContentInfo>> CommitBlockListAsync(
        IEnumerable<string> base64BlockIds,
        BlobHttpHeaders? httpHeaders = null,
        IDictionary<string, string>? metadata = null,
        BlobRequestConditions? conditions = null,
        AccessTier? accessTier = null,
        CancellationToken cancellationToken = default) =>
        await CommitBlockListAsync(
            base64BlockIds,
            new CommitBlockListOptions { HttpHeaders = httpHeaders, Metadata = metadata, Conditions = conditions, AccessTier = accessTier },
            cancellationToken);

    /// <summary>The blocks the blob has, and those that wait to be committed.</summary>
    /// <exception cref="RequestFailedException">Neither blob nor block is there (404, <see cref="BlobErrorCode.BlobNotFound"/>).</exception>
    public virtual async Task<Response<BlockList>> GetBlockListAsync(
        BlockListTypes blockListTypes = BlockListTypes.All,
        string? snapshot = null,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        var query = $"?comp=blocklist&blocklisttype={blockListTypes.ToString().ToLowerInvariant()}";
        query += snapshot is null ? string.Empty : $"&snapshot={System.Uri.EscapeDataString(snapshot)}";
        var message = Blob.Connection.Message(RequestMethod.Get, Blob.Address + query);
        message.Request.Add(conditions);
        var response = await Blob.Connection.SendAsync(message, 200, cancellationToken);
        return Response.FromValue(new BlockList(XElement.Load(response.ContentStream!)), response);
    }

    /// <summary>Writes the blob in one request or several, over what is there, if the conditions are met.</summary>
    /// <exception cref="RequestFailedException">A condition is not met (412; 409 for one that it must not exist).</exception>
    public virtual async Task<Response<BlobContentInfo>> UploadAsync(
        Stream content,
        BlobUploadOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return await BlockUpload.SendAsync(Blob, content, options, cancellationToken);
    }
}
