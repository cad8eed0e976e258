using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The plan of a property or field of type <typeparamref name="T"/>, by compiled access.</summary>
internal sealed class MemberPlan<T>(string name, MemberInfo member, bool canRead, bool canWrite) : PropertyPlan(name)
{
    private readonly ValueCodec<T> _codec = ValueCodecs.For<T>();
    private readonly Func<object, T>? _get = canRead ? Getter(member) : null;
    private readonly Action<object, T>? _set = canWrite ? Setter(member) : null;
    private readonly bool _isKey = name is "PartitionKey" or "RowKey";

    public override void Write(Utf8JsonWriter writer, object entity, ref EntitySize size)
    {
        if (_get is null || _get(entity) is var value && _codec.IsNull(value))
        {
            return;
        }

        if (_codec.EdmType is { } type)
        {
            writer.WriteString(JsonTypeName, type);
        }

        writer.WritePropertyName(JsonName);
        var bytes = _codec.Write(writer, value);
        if (!_isKey)
        {
            size.Add(Name, bytes);
        }
    }

    public override void Read(ref Utf8JsonReader reader, object entity)
    {
        if (_set is null)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.Null)
        {
            _set(entity, default!);
        }
        else if (_codec.TryRead(ref reader, out var value))
        {
            _set(entity, value);
        }
    }

    private static Func<object, T> Getter(MemberInfo member)
    {
        var entity = Expression.Parameter(typeof(object));
        return Expression.Lambda<Func<object, T>>(Access(entity, member), entity).Compile();
    }

    private static Action<object, T> Setter(MemberInfo member)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(T));
        return Expression.Lambda<Action<object, T>>(Expression.Assign(Access(entity, member), value), entity, value).Compile();
    }

    private static MemberExpression Access(ParameterExpression entity, MemberInfo member) =>
        Expression.MakeMemberAccess(Expression.Convert(entity, member.DeclaringType!), member);
}
