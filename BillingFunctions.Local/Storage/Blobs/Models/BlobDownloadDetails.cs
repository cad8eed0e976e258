using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Models;

/// <summary>What came with the content of a blob.</summary>
public class BlobDownloadDetails
{
    internal BlobDownloadDetails(Response response)
    {
        ContentLength = response.ContentLength();
        ContentType = response.Text("Content-Type");
        ContentRange = response.Text("Content-Range");
        LastModified = response.Time("Last-Modified");
        ETag = response.Headers.ETag ?? default;
        Metadata = BlobHeaders.MetadataOf(response);
    }

    /// <summary>How many bytes come; fewer than the blob has if a range was asked for.</summary>
    public long ContentLength { get; }

    /// <summary>Such as <c>text/csv</c>.</summary>
    public string? ContentType { get; }

    /// <summary>Which bytes these are, such as <c>bytes 0-99/1000</c>; null for all.</summary>
    public string? ContentRange { get; }

    /// <summary>When the blob was last written.</summary>
    public DateTimeOffset LastModified { get; }

    /// <summary>The blob's version.</summary>
    public ETag ETag { get; }

    /// <summary>What is kept beside it; names whatever the case.</summary>
    public IDictionary<string, string> Metadata { get; }
}
