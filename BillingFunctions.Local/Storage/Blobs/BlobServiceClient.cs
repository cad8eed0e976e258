using Azure.Core;
using BillingFunctions.Local.Storage;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs;

/// <summary>The blob service of one account. Safe to share between threads; make one and keep it.</summary>
public class BlobServiceClient
{
    private readonly BlobConnection _connection = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    public BlobServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobServiceClient(string connectionString, BlobClientOptions? options)
    {
        var parsed = StorageConnectionString.Parse(connectionString);
        _connection = BlobConnection.From(parsed, options);
        Uri = parsed.BlobEndpoint;
    }

    /// <param name="serviceUri">Such as <c>https://account.blob.core.windows.net</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobServiceClient(Uri serviceUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(serviceUri);
        _connection = BlobConnection.From(credential, options);
        Uri = serviceUri;
    }

    /// <param name="serviceUri">Such as <c>https://account.blob.core.windows.net</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries and the like.</param>
    public BlobServiceClient(Uri serviceUri, TokenCredential credential, BlobClientOptions? options = null)
    {
        _connection = BlobConnection.From(serviceUri, credential, options);
        Uri = serviceUri;
    }

    /// <summary>For a stand-in in tests.</summary>
    protected BlobServiceClient()
    {
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _connection.AccountName;

    /// <summary>Where the service is.</summary>
    public virtual Uri Uri { get; } = null!;

    /// <summary>A client of one container, which need not exist yet; it shares this client's connections.</summary>
    public virtual BlobContainerClient GetBlobContainerClient(string blobContainerName) =>
        new(BlobAddress.OfContainer(_connection, Uri, blobContainerName));
}
