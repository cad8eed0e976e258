using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Writes and reads <see cref="TableEntity"/>, whose properties are known only at run time.</summary>
internal static class DynamicEntities
{
    private const string TypeSuffix = "@odata.type";

    public static void Write(Utf8JsonWriter writer, TableEntity entity)
    {
        var size = EntitySize.Of(entity.PartitionKey, entity.RowKey);
        foreach (var (name, value) in (IDictionary<string, object?>)entity)
        {
            if (value is null || name is "odata.etag" or nameof(ITableEntity.Timestamp))
            {
                continue;
            }

            var bytes = ValueCodecs.WriteObject(writer, JsonEncodedText.Encode(name), name, value);
            if (name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey)))
            {
                size.Add(name, bytes);
            }
        }
    }

    /// <summary>Fills an entity from the object whose start the reader stands on.</summary>
    public static void Read(ref Utf8JsonReader reader, TableEntity entity)
    {
        List<(string Name, string Type)>? types = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name.EndsWith(TypeSuffix, StringComparison.Ordinal))
            {
                (types ??= []).Add((name[..^TypeSuffix.Length], reader.GetString()!));
            }
            else if (name is not "odata.metadata")
            {
                entity[name] = Value(ref reader);
            }
        }

        foreach (var (name, type) in types ?? [])
        {
            entity.Retype(name, Typed(type, entity[name]));
        }

        if (entity.TryGetValue(nameof(ITableEntity.Timestamp), out var time) && time is string timestamp)
        {
            entity.Retype(nameof(ITableEntity.Timestamp), Time(timestamp));
        }
    }

    private static object? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
        JsonTokenType.Number when reader.TryGetInt64(out var number) => number,
        JsonTokenType.Number => reader.GetDouble(),
        _ => null,
    };

    private static object? Typed(string type, object? value) => (type, value) switch
    {
        (_, null) => null,
        ("Edm.Binary", string text) => Convert.FromBase64String(text),
        ("Edm.DateTime", string text) => Time(text),
        ("Edm.Guid", string text) => Guid.Parse(text, CultureInfo.InvariantCulture),
        ("Edm.Int64", string text) => long.Parse(text, CultureInfo.InvariantCulture),
        ("Edm.Double", _) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
