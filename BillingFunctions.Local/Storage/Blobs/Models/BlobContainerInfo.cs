using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Models;

/// <summary>A container after a change.</summary>
public class BlobContainerInfo
{
    internal BlobContainerInfo(Response response)
    {
        ETag = response.Headers.ETag ?? default;
        LastModified = response.Time("Last-Modified");
    }

    /// <summary>Its version.</summary>
    public ETag ETag { get; }

    /// <summary>When it was changed.</summary>
    public DateTimeOffset LastModified { get; }
}
