namespace Azure.Storage.Blobs.Models;

/// <summary>What a deletion does with a blob's snapshots.</summary>
public enum DeleteSnapshotsOption
{
    /// <summary>Nothing; a blob that has some is not deleted.</summary>
    None = 0,

    /// <summary>They go with the blob.</summary>
    IncludeSnapshots = 1,

    /// <summary>They go and the blob stays.</summary>
    OnlySnapshots = 2,
}
