namespace BillingFunctions.Local.Storage.Tables;

/// <summary>How an entity is named in an address.</summary>
internal static class EntityAddress
{
    public static string Of(string partitionKey, string rowKey) =>
        $"(PartitionKey='{Escaped(partitionKey)}',RowKey='{Escaped(rowKey)}')";

    private static string Escaped(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));
}
