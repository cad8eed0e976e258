using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Models;

/// <summary>What is known of a blob.</summary>
public class BlobProperties
{
    internal BlobProperties(Response response)
    {
        ContentLength = response.ContentLength();
        ContentType = response.Text("Content-Type");
        ContentHash = response.Hash("Content-MD5");
        ContentDisposition = response.Text("Content-Disposition");
        ContentEncoding = response.Text("Content-Encoding");
        CacheControl = response.Text("Cache-Control");
        CreatedOn = response.Time("x-ms-creation-time");
        LastModified = response.Time("Last-Modified");
        ETag = response.Headers.ETag ?? default;
        Metadata = BlobHeaders.MetadataOf(response);
    }

    /// <summary>Its length in bytes.</summary>
    public long ContentLength { get; }

    /// <summary>Such as <c>text/csv</c>.</summary>
    public string? ContentType { get; }

    /// <summary>Its MD5; null for a blob of blocks that was given none.</summary>
    public byte[]? ContentHash { get; }

    /// <summary>Such as <c>attachment; filename="a.csv"</c>.</summary>
    public string? ContentDisposition { get; }

    /// <summary>Such as <c>gzip</c>.</summary>
    public string? ContentEncoding { get; }

    /// <summary>Such as <c>no-cache</c>.</summary>
    public string? CacheControl { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedOn { get; }

    /// <summary>When it was last written.</summary>
    public DateTimeOffset LastModified { get; }

    /// <summary>Its version.</summary>
    public ETag ETag { get; }

    /// <summary>What is kept beside it; names whatever the case.</summary>
    public IDictionary<string, string> Metadata { get; }
}
