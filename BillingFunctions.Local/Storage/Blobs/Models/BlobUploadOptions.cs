namespace Azure.Storage.Blobs.Models;

/// <summary>How to write a blob.</summary>
public class BlobUploadOptions
{
    /// <summary>What must hold; null to write over whatever is there.</summary>
    public BlobRequestConditions? Conditions { get; set; }

    /// <summary>What the blob is served with.</summary>
    public BlobHttpHeaders? HttpHeaders { get; set; }

    /// <summary>What is kept beside it; names are C# identifiers.</summary>
    public IDictionary<string, string>? Metadata { get; set; }
}
