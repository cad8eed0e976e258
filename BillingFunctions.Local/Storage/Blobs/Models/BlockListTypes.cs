namespace Azure.Storage.Blobs.Models;

/// <summary>Which blocks to list.</summary>
[Flags]
public enum BlockListTypes
{
    /// <summary>Those the blob has.</summary>
    Committed = 1,

    /// <summary>Those that wait.</summary>
    Uncommitted = 2,

    /// <summary>Both.</summary>
    All = 3,
}
