using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

/// <summary>A row whose columns are properties.</summary>
public abstract class StoredRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>The write that made this version; see <see cref="TableRows.TryWriteAsync"/>.</summary>
    public string? WriteId { get; set; }
}
