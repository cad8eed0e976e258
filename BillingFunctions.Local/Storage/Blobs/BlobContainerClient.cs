using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs;

/// <summary>One container. Safe to share between threads.</summary>
public class BlobContainerClient
{
    private readonly BlobAddress _container = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    /// <param name="blobContainerName">The container, which need not exist yet.</param>
    public BlobContainerClient(string connectionString, string blobContainerName)
        : this(connectionString, blobContainerName, null)
    {
    }

    /// <inheritdoc cref="BlobContainerClient(string, string)"/>
    public BlobContainerClient(string connectionString, string blobContainerName, BlobClientOptions? options)
        : this(BlobAddress.Parse(connectionString, blobContainerName, options))
    {
    }

    /// <param name="blobContainerUri">Such as <c>https://account.blob.core.windows.net/exports</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobContainerClient(Uri blobContainerUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfContainer(BlobConnection.From(credential, options), blobContainerUri))
    {
    }

    /// <param name="blobContainerUri">Such as <c>https://account.blob.core.windows.net/exports</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobContainerClient(Uri blobContainerUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(BlobAddress.OfContainer(BlobConnection.From(blobContainerUri, credential, options), blobContainerUri))
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected BlobContainerClient()
    {
    }

    internal BlobContainerClient(BlobAddress container)
    {
        _container = container;
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _container.Connection.AccountName;

    /// <summary>The container's name.</summary>
    public virtual string Name => _container.Container;

    /// <summary>Where the container is.</summary>
    public virtual Uri Uri => new(_container.Address);

    /// <summary>A client of one blob, which need not exist yet. Slashes in its name make folders.</summary>
    public virtual BlobClient GetBlobClient(string blobName) => new(_container.ForBlob(blobName));

    /// <summary>Creates the container unless it is there.</summary>
    /// <returns>What was created; null if it was there.</returns>
    /// <exception cref="RequestFailedException">The service refused, as while the container is still being deleted.</exception>
    public virtual async Task<Response<BlobContainerInfo>?> CreateIfNotExistsAsync(
        PublicAccessType publicAccessType = PublicAccessType.None,
        IDictionary<string, string>? metadata = null,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null,
        CancellationToken cancellationToken = default)
    {
        var message = Message(RequestMethod.Put, "?restype=container");
        message.Request.AddIf("x-ms-blob-public-access", PublicAccess(publicAccessType));
        message.Request.AddIf("x-ms-default-encryption-scope", encryptionScopeOptions?.DefaultEncryptionScope);
        message.Request.AddIf(
            "x-ms-deny-encryption-scope-override",
            encryptionScopeOptions?.PreventEncryptionScopeOverride == true ? "true" : null);
        message.Request.Add(metadata);
        try
        {
            var response = await _container.Connection.SendAsync(message, 201, cancellationToken);
            return Response.FromValue(new BlobContainerInfo(response), response);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerAlreadyExists)
        {
            return null;
        }
    }

    /// <summary>Whether the container is there.</summary>
    public virtual async Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default) =>
        await Existence.OfAsync(_container.Connection, Message(RequestMethod.Get, "?restype=container"), cancellationToken);

    /// <summary>Lists the committed blobs by name.</summary>
    /// <param name="options">Which ones; null for all.</param>
    /// <param name="cancellationToken">Stops between and in requests.</param>
    public virtual AsyncPageable<BlobItem> GetBlobsAsync(GetBlobsOptions? options = null, CancellationToken cancellationToken = default) =>
        new BlobPages(_container, options?.Prefix, cancellationToken);

    /// <summary>What <see cref="SpecializedBlobExtensions.GetBlockBlobClient"/> gives.</summary>
    protected internal virtual BlockBlobClient GetBlockBlobClientCore(string blobName) => new(_container.ForBlob(blobName));

    private HttpMessage Message(RequestMethod method, string query) => _container.Connection.Message(method, _container.Address + query);

    private static string? PublicAccess(PublicAccessType type) => type switch
    {
        PublicAccessType.None => null,
        PublicAccessType.BlobContainer => "container",
        PublicAccessType.Blob => "blob",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
