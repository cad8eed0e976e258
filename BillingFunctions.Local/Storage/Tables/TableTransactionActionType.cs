namespace Azure.Data.Tables;

/// <summary>What one action of a transaction does.</summary>
public enum TableTransactionActionType
{
    /// <summary>Inserts; the transaction fails if the entity exists.</summary>
    Add = 0,

    /// <summary>Merges under the given ETag. Without one it also inserts, and overwrites whatever is there.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces under the given ETag. Without one it also inserts, and overwrites whatever is there.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes; without an ETag any version, but the entity must exist.</summary>
    Delete = 3,

    /// <summary>Inserts or merges.</summary>
    UpsertMerge = 4,

    /// <summary>Inserts or replaces.</summary>
    UpsertReplace = 5,
}
