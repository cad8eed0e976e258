using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>Reads <c>SELECT … FROM … WHERE … AND … ORDER BY … LIMIT …</c>; of SOQL it knows no more.</summary>
internal sealed class SoqlParser
{
    private readonly string _query;
    private readonly List<SoqlToken> _tokens;
    private int _next;

    private SoqlParser(string query) => (_query, _tokens) = (query, SoqlToken.Split(query));

    private SoqlToken Next => _tokens[_next];

    /// <param name="findType">Gives the object of a name; null when there is none.</param>
    /// <exception cref="SalesforceRefusalException">The query is malformed, or names what there is not.</exception>
    public static SoqlQuery Parse(string query, Func<string, SalesforceObject?> findType) => new SoqlParser(query).Parse(findType);

    private SoqlQuery Parse(Func<string, SalesforceObject?> findType)
    {
        Expect("SELECT");
        var fields = Fields();
        Expect("FROM");
        var name = Word();
        var type = findType(name.Text) ?? throw SoqlProblem.NoSuchType(_query, name);
        var columns = fields?.ConvertAll(field => ColumnOf(type, field));
        var conditions = Skip("WHERE") ? Conditions(type) : [];
        var orders = SkipBoth("ORDER", "BY") ? Orders(type) : [];
        var limit = Skip("LIMIT") ? Limit() : (int?)null;
        return Next.Kind == SoqlTokenKind.End ? new SoqlQuery(type, columns, conditions, orders, limit) : throw Unexpected();
    }

    private List<SoqlToken>? Fields()
    {
        var first = Word();
        if (first.Is("COUNT") && Skip("("))
        {
            Expect(")");
            return null;
        }

        var fields = new List<SoqlToken> { first };
        while (Skip(","))
        {
            fields.Add(Word());
        }

        return fields;
    }

    private List<SoqlCondition> Conditions(SalesforceObject type)
    {
        var conditions = new List<SoqlCondition> { Condition(type) };
        while (Skip("AND"))
        {
            conditions.Add(Condition(type));
        }

        return conditions;
    }

    private SoqlCondition Condition(SalesforceObject type)
    {
        var (field, column) = Field(type);
        if (Operator() is not { } known)
        {
            throw Unexpected();
        }

        var values = known is SoqlOperator.In or SoqlOperator.NotIn ? ValueList(field) : [Value(field)];
        return new SoqlCondition(field, column, known, values);
    }

    private SoqlOperator? Operator()
    {
        SoqlOperator? known = Next.Text.ToUpperInvariant() switch
        {
            "=" => SoqlOperator.Equal,
            "!=" or "<>" => SoqlOperator.NotEqual,
            "<" => SoqlOperator.Less,
            "<=" => SoqlOperator.LessOrEqual,
            ">" => SoqlOperator.Greater,
            ">=" => SoqlOperator.GreaterOrEqual,
            "IN" => SoqlOperator.In,
            _ => null,
        };
        if (known is null)
        {
            return SkipBoth("NOT", "IN") ? SoqlOperator.NotIn : null;
        }

        _next++;
        return known;
    }

    private List<object?> ValueList(SalesforceField field)
    {
        Expect("(");
        var values = new List<object?> { Value(field) };
        while (Skip(","))
        {
            values.Add(Value(field));
        }

        Expect(")");
        return values;
    }

    private object? Value(SalesforceField field)
    {
        var token = Next;
        _next++;
        return SoqlValue.Of(_query, token, field);
    }

    private List<SoqlOrder> Orders(SalesforceObject type)
    {
        var orders = new List<SoqlOrder> { Order(type) };
        while (Skip(","))
        {
            orders.Add(Order(type));
        }

        return orders;
    }

    private SoqlOrder Order(SalesforceObject type)
    {
        var (field, column) = Field(type);
        var isDescending = Skip("DESC");
        _ = !isDescending && Skip("ASC");
        var nullsFirst = !SkipBoth("NULLS", "LAST");
        _ = nullsFirst && SkipBoth("NULLS", "FIRST");
        return new SoqlOrder(field, column, isDescending, nullsFirst);
    }

    private int Limit()
    {
        var isNumber = int.TryParse(Next.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit);
        _next++;
        return isNumber ? limit : throw Unexpected(_tokens[_next - 1]);
    }

    private (SalesforceField Field, int Column) Field(SalesforceObject type)
    {
        var column = ColumnOf(type, Word());
        return (type.Fields[column], column);
    }

    private int ColumnOf(SalesforceObject type, SoqlToken name) => type.ColumnOf(name.Text) ?? throw SoqlProblem.NoSuchField(_query, name, type.Name);

    private SoqlToken Word() => Next.Kind == SoqlTokenKind.Word ? _tokens[_next++] : throw Unexpected();

    private void Expect(string text)
    {
        if (!Skip(text))
        {
            throw Unexpected();
        }
    }

    private bool Skip(string text)
    {
        var isThere = Next.Is(text);
        _next += isThere ? 1 : 0;
        return isThere;
    }

    private bool SkipBoth(string first, string second)
    {
        var isThere = Next.Is(first) && _tokens[_next + 1].Is(second);
        _next += isThere ? 2 : 0;
        return isThere;
    }

    private SalesforceRefusalException Unexpected() => Unexpected(Next);

    private SalesforceRefusalException Unexpected(SoqlToken token) => SoqlProblem.Malformed(_query, token.Position, $"unexpected token: '{token.Text}'");
}
