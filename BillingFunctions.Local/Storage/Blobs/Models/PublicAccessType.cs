namespace Azure.Storage.Blobs.Models;

/// <summary>How a container may be read without a key.</summary>
public enum PublicAccessType
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>It may be listed and its blobs read.</summary>
    BlobContainer = 1,

    /// <summary>Its blobs may be read.</summary>
    Blob = 2,
}
