namespace Azure.Data.Tables;

/// <summary>What every entity of a table has: its two keys, and what the service says about its last change.</summary>
public interface ITableEntity
{
    /// <summary>The partition the entity lives in; at most 1 KiB, without <c>/ \ # ?</c> and control characters.</summary>
    string PartitionKey { get; set; }

    /// <summary>The entity's key inside its partition; the same bounds as <see cref="PartitionKey"/>.</summary>
    string RowKey { get; set; }

    /// <summary>When the service last changed the entity. Ignored on writes.</summary>
    DateTimeOffset? Timestamp { get; set; }

    /// <summary>The version that was read. Ignored on writes: pass it as <c>ifMatch</c>.</summary>
    ETag ETag { get; set; }
}
