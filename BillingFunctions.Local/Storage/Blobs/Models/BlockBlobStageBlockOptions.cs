namespace Azure.Storage.Blobs.Models;

/// <summary>How to stage a block.</summary>
public class BlockBlobStageBlockOptions
{
    /// <summary>What must hold; only a lease makes sense here.</summary>
    public BlobRequestConditions? Conditions { get; set; }
}
