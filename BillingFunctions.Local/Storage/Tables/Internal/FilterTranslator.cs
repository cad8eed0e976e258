using System.Linq.Expressions;
using System.Reflection;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Turns an expression over an entity into an OData filter.</summary>
internal sealed class FilterTranslator
{
    private readonly ParameterExpression _entity;

    private FilterTranslator(ParameterExpression entity)
    {
        _entity = entity;
    }

    /// <returns>The filter; null when it is simply true.</returns>
    public static string? Translate<T>(Expression<Func<T, bool>> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var text = new FilterTranslator(filter.Parameters[0]).Condition(filter.Body);
        return text == "true" ? null : text;
    }

    private string Condition(Expression expression) => expression switch
    {
        BinaryExpression { NodeType: ExpressionType.AndAlso } both => $"({Condition(both.Left)}) and ({Condition(both.Right)})",
        BinaryExpression { NodeType: ExpressionType.OrElse } either => $"({Condition(either.Left)}) or ({Condition(either.Right)})",
        UnaryExpression { NodeType: ExpressionType.Not } not => $"not ({Condition(not.Operand)})",
        BinaryExpression binary when Operator(binary.NodeType) is { } name => Comparison(binary, name),
        MethodCallExpression { Method.Name: "Equals" } call => Equality(call),
        _ when PropertyOf(expression) is { } property => $"{property} eq true",
        _ when !UsesEntity(expression) && Value(expression) is bool flag => flag ? "true" : "false",
        _ => throw Unsupported(expression),
    };

    private string Comparison(BinaryExpression binary, string name)
    {
        if (binary.Left is MethodCallExpression { Method.Name: "Compare" or "CompareTo" or "CompareOrdinal" } compare)
        {
            return Value(binary.Right) is 0 ? Compare(Operands(compare), name) : throw Unsupported(binary);
        }

        return Compare((binary.Left, binary.Right), name);
    }

    private string Equality(MethodCallExpression call) => Compare(Operands(call), "eq");

    // A comparison by culture or without regard to case is not what the service would do.
    private static (Expression Left, Expression Right) Operands(MethodCallExpression call) => call switch
    {
        { Object: { } left, Arguments: [var right] } => (left, right),
        { Object: null, Arguments: [var left, var right] } => (left, right),
        _ => throw Unsupported(call),
    };

    private string Compare((Expression Left, Expression Right) sides, string name)
    {
        if (PropertyOf(sides.Left) is { } property)
        {
            return $"{property} {name} {Literal(sides.Right, EnumOf(sides.Left))}";
        }

        return PropertyOf(sides.Right) is { } other
            ? $"{other} {Mirrored(name)} {Literal(sides.Left, EnumOf(sides.Right))}"
            : throw Unsupported(sides.Left);
    }

    private string Literal(Expression expression, Type? enumeration)
    {
        if (UsesEntity(expression))
        {
            throw Unsupported(expression);
        }

        var value = Value(expression);
        return FilterValues.Format(enumeration is null || value is null or Enum ? value : Enum.ToObject(enumeration, value));
    }

    /// <summary>The stored name, if the expression is a property of the entity.</summary>
    private string? PropertyOf(Expression expression) => Plain(expression) switch
    {
        MemberExpression { Member.Name: "Value", Expression: { } inner } when Nullable.GetUnderlyingType(inner.Type) is not null =>
            PropertyOf(inner),
        MemberExpression member when member.Expression is { } owner && Plain(owner) == _entity => EntityPlan.NameOf(member.Member),
        MethodCallExpression { Object: { } owner, Arguments: [var key], Method: { } method }
            when Plain(owner) == _entity && owner.Type == typeof(TableEntity) && IsGetter(method) => (string?)Value(key),
        _ => null,
    };

    private static bool IsGetter(MethodInfo method) =>
        method.Name.StartsWith("Get", StringComparison.Ordinal) || method.Name == "get_Item";

    // The compiler compares enumerations as the numbers beneath them; they are stored by name.
    private static Type? EnumOf(Expression property)
    {
        var type = Nullable.GetUnderlyingType(Plain(property).Type) ?? Plain(property).Type;
        return type.IsEnum ? type : null;
    }

    private static Expression Plain(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion
            ? Plain(conversion.Operand)
            : expression;

    private static object? Value(Expression expression) => expression is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();

    private bool UsesEntity(Expression expression)
    {
        var search = new Search(_entity);
        search.Visit(expression);
        return search.Found;
    }

    private static string? Operator(ExpressionType type) => type switch
    {
        ExpressionType.Equal => "eq",
        ExpressionType.NotEqual => "ne",
        ExpressionType.GreaterThan => "gt",
        ExpressionType.GreaterThanOrEqual => "ge",
        ExpressionType.LessThan => "lt",
        ExpressionType.LessThanOrEqual => "le",
        _ => null,
    };

    private static string Mirrored(string name) => name switch
    {
        "gt" => "lt",
        "ge" => "le",
        "lt" => "gt",
        "le" => "ge",
        _ => name,
    };

    private static NotSupportedException Unsupported(Expression expression) => new($"The expression '{expression}' is not supported.");

    private sealed class Search(ParameterExpression parameter) : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Found |= node == parameter;
            return node;
        }
    }
}
