namespace Azure.Storage.Blobs.Specialized;

/// <summary>Clients for what only some kinds of blobs can.</summary>
public static class SpecializedBlobExtensions
{
    /// <summary>A client that stages and commits blocks.</summary>
    public static BlockBlobClient GetBlockBlobClient(this BlobContainerClient client, string blobName)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.GetBlockBlobClientCore(blobName);
    }
}
