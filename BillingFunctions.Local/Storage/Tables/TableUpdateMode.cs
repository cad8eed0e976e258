namespace Azure.Data.Tables;

/// <summary>What happens to stored properties that an update does not name.</summary>
public enum TableUpdateMode
{
    /// <summary>They stay. A null property counts as not named.</summary>
    Merge = 0,

    /// <summary>They go.</summary>
    Replace = 1,
}
