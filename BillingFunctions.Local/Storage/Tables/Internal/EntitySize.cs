using System.Buffers;
using System.Runtime.InteropServices;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Counts an entity as the service bills it, and refuses what the service would refuse.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EntitySize
{
    private const int MaxEntity = 1024 * 1024;

    // Texts and bytes, the only values that can get long, take four bytes more in store for their length.
    private const int MaxProperty = (64 * 1024) + 4;
    private const int MaxProperties = 252;
    private const int MaxKeyLength = 512;
    private const int MaxNameLength = 255;

    private static readonly SearchValues<char> NotInKeys = SearchValues.Create(ForbiddenCharacters());

    private int _bytes;
    private int _properties;

    /// <summary>Begins with the keys.</summary>
    public static EntitySize Of(string? partitionKey, string? rowKey)
    {
        ArgumentNullException.ThrowIfNull(partitionKey, nameof(ITableEntity.PartitionKey));
        ArgumentNullException.ThrowIfNull(rowKey, nameof(ITableEntity.RowKey));
        CheckKey(nameof(ITableEntity.PartitionKey), partitionKey);
        CheckKey(nameof(ITableEntity.RowKey), rowKey);
        return new EntitySize { _bytes = 4 + (2 * (partitionKey.Length + rowKey.Length)) };
    }

    /// <summary>Counts one property of the entity's own.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="valueBytes">What its value takes in store.</param>
    public void Add(string name, int valueBytes)
    {
        if (valueBytes > MaxProperty)
        {
            throw TableErrors.PropertyTooLarge(name);
        }

        if (name.Length > MaxNameLength)
        {
            throw TableErrors.PropertyNameTooLong();
        }

        if (++_properties > MaxProperties)
        {
            throw TableErrors.TooManyProperties();
        }

        _bytes += 8 + (2 * name.Length) + valueBytes;
        if (_bytes > MaxEntity)
        {
            throw TableErrors.EntityTooLarge();
        }
    }

    private static void CheckKey(string name, string key)
    {
        if (key.Length > MaxKeyLength)
        {
            throw TableErrors.KeyTooLarge(name);
        }

        if (key.AsSpan().ContainsAny(NotInKeys))
        {
            throw TableErrors.KeyOutOfRange(name);
        }
    }

    private static string ForbiddenCharacters()
    {
        var control = Enumerable.Range(0x00, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code);
        return string.Concat(control) + "/\\#?";
    }
}
