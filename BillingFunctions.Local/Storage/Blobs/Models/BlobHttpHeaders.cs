namespace Azure.Storage.Blobs.Models;

/// <summary>What a blob is served with.</summary>
public class BlobHttpHeaders
{
    /// <summary>Such as <c>no-cache</c>.</summary>
    public string? CacheControl { get; set; }

    /// <summary>Such as <c>attachment; filename="a.csv"</c>.</summary>
    public string? ContentDisposition { get; set; }

    /// <summary>Such as <c>gzip</c>.</summary>
    public string? ContentEncoding { get; set; }

    /// <summary>The MD5 of all content; kept, not checked.</summary>
    public byte[]? ContentHash { get; set; }

    /// <summary>Such as <c>en</c>.</summary>
    public string? ContentLanguage { get; set; }

    /// <summary>Such as <c>text/csv</c>; null for <c>application/octet-stream</c>.</summary>
    public string? ContentType { get; set; }
}
