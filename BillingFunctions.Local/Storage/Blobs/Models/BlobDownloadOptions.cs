namespace Azure.Storage.Blobs.Models;

/// <summary>What to read of a blob.</summary>
public class BlobDownloadOptions
{
    /// <summary>What must hold.</summary>
    public BlobRequestConditions? Conditions { get; set; }

    /// <summary>Which bytes; default for all.</summary>
    public HttpRange Range { get; set; }
}
