namespace Azure.Storage.Blobs.Models;

/// <summary>How to read a blob piece by piece.</summary>
/// <param name="allowModifications">Whether the blob may be changed meanwhile; if not, reading then fails.</param>
public class BlobOpenReadOptions(bool allowModifications)
{
    /// <summary>How much to fetch at once, in bytes; null for 4 MiB.</summary>
    public int? BufferSize { get; set; }

    /// <summary>What must hold when it is opened.</summary>
    public BlobRequestConditions? Conditions { get; set; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Position { get; set; }

    internal bool AllowModifications { get; } = allowModifications;
}
