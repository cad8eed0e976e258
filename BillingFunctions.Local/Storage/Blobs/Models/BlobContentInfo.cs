using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Models;

/// <summary>A blob after it was written.</summary>
public class BlobContentInfo
{
    internal BlobContentInfo(Response response)
    {
        ETag = response.Headers.ETag ?? default;
        LastModified = response.Time("Last-Modified");
        ContentHash = response.Hash("Content-MD5");
    }

    /// <summary>The MD5 of what was sent; null if the service did not say.</summary>
    public byte[]? ContentHash { get; }

    /// <summary>Its version.</summary>
    public ETag ETag { get; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset LastModified { get; }
}
