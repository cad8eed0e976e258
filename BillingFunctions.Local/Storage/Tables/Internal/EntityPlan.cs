using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>How the entities of one type are written and read; made once a type.</summary>
internal sealed class EntityPlan
{
    private static readonly ConcurrentDictionary<Type, EntityPlan> Plans = new();

    private readonly PropertyPlan[] _toRead;
    private readonly PropertyPlan[] _toWrite;

    private EntityPlan(Type type)
    {
        var members = Members(type).Where(member => !member.IsDefined(typeof(IgnoreDataMemberAttribute))).ToList();
        _toRead = [.. members.Select(member => Plan(member, NameToRead(member)))];
        _toWrite = [.. _toRead.Where(plan => plan.Name is not ("odata.etag" or nameof(ITableEntity.Timestamp)))];
    }

    public static EntityPlan For(Type type) => Plans.GetOrAdd(type, static type => new EntityPlan(type));

    /// <summary>The name a property has in store.</summary>
    public static string NameOf(MemberInfo member) =>
        member.GetCustomAttribute<DataMemberAttribute>()?.Name is { } name ? name : member.Name;

    public void Write(Utf8JsonWriter writer, ITableEntity entity)
    {
        var size = EntitySize.Of(entity.PartitionKey, entity.RowKey);
        foreach (var property in _toWrite)
        {
            property.Write(writer, entity, ref size);
        }
    }

    /// <summary>Fills an entity from the object whose start the reader stands on.</summary>
    public void Read(ref Utf8JsonReader reader, object entity)
    {
        // Entities of a kind come with their properties in the same order, so the next one is the likeliest.
        var guess = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = Find(ref reader, ref guess);
            reader.Read();
            if (property is null)
            {
                reader.Skip();
            }
            else
            {
                property.Read(ref reader, entity);
            }
        }
    }

    private PropertyPlan? Find(ref Utf8JsonReader reader, ref int guess)
    {
        for (var tried = 0; tried < _toRead.Length; tried++, guess++)
        {
            guess = guess >= _toRead.Length ? 0 : guess;
            if (reader.ValueTextEquals(_toRead[guess].JsonName.EncodedUtf8Bytes))
            {
                return _toRead[guess++];
            }
        }

        return null;
    }

    private static IEnumerable<MemberInfo> Members(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .ToList();

        // An entity may implement the interface's properties explicitly.
        var hidden = typeof(ITableEntity).GetProperties().Where(own => properties.TrueForAll(property => property.Name != own.Name));
        return [.. properties, .. type.GetFields(BindingFlags.Public | BindingFlags.Instance), .. hidden];
    }

    private static string NameToRead(MemberInfo member) => NameOf(member) is nameof(ITableEntity.ETag) ? "odata.etag" : NameOf(member);

    private static PropertyPlan Plan(MemberInfo member, string name)
    {
        var (type, canRead, canWrite) = member switch
        {
            PropertyInfo property => (property.PropertyType, property.GetMethod?.IsPublic == true, property.SetMethod?.IsPublic == true),
            FieldInfo field => (field.FieldType, true, !field.IsInitOnly),
            _ => throw new InvalidOperationException($"{member} is neither a property nor a field."),
        };
        var plan = typeof(MemberPlan<>).MakeGenericType(type);
        return (PropertyPlan)Activator.CreateInstance(plan, name, member, canRead, canWrite)!;
    }
}
