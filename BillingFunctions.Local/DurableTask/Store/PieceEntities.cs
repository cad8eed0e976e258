using System.Globalization;
using Azure.Data.Tables;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>
/// Splits bytes over entities and puts them together again. A property takes 60 KiB (the service allows 64), an entity
/// ten of them (1 MiB), and four such entities stay below the 4 MiB of a transaction in base64.
/// </summary>
internal static class PieceEntities
{
    public const int MaxEntitiesPerTransaction = 4;

    private const int PropertySize = 60 * 1024;
    private const int PropertiesPerEntity = 10;
    private const int EntitySize = PropertySize * PropertiesPerEntity;

    public static List<TableEntity> Split(string partitionKey, Func<int, string> rowKey, ReadOnlyMemory<byte> bytes)
    {
        var entities = new List<TableEntity>();
        for (var offset = 0; offset < bytes.Length; offset += EntitySize)
        {
            var entity = new TableEntity(partitionKey, rowKey(entities.Count));
            Fill(entity, "D", bytes.Slice(offset, Math.Min(EntitySize, bytes.Length - offset)));
            entities.Add(entity);
        }

        return entities;
    }

    public static void Fill(TableEntity entity, string prefix, ReadOnlyMemory<byte> bytes)
    {
        for (var offset = 0; offset < bytes.Length; offset += PropertySize)
        {
            var name = Name(prefix, offset / PropertySize);
            entity[name] = bytes.Slice(offset, Math.Min(PropertySize, bytes.Length - offset)).ToArray();
        }
    }

    public static void Read(TableEntity entity, string prefix, Stream target)
    {
        for (var i = 0; entity.ContainsKey(Name(prefix, i)); i++)
        {
            target.Write(entity.GetBinary(Name(prefix, i)));
        }
    }

    private static string Name(string prefix, int index) => prefix + index.ToString(CultureInfo.InvariantCulture);
}
