using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Queries;

internal enum SoqlOperator
{
    Equal = 0,
    NotEqual = 1,
    Less = 2,
    LessOrEqual = 3,
    Greater = 4,
    GreaterOrEqual = 5,
    In = 6,
    NotIn = 7,
}

/// <summary>A condition on one field.</summary>
/// <param name="Values">One, but for <c>IN</c>.</param>
internal sealed record SoqlCondition(SalesforceField Field, int Column, SoqlOperator Operator, IReadOnlyList<object?> Values)
{
    public bool Holds(SalesforceRecord record)
    {
        var value = record[Column];
        return Operator switch
        {
            SoqlOperator.Equal or SoqlOperator.In => Values.Any(wanted => IsSame(value, wanted)),
            SoqlOperator.NotEqual or SoqlOperator.NotIn => !Values.Any(wanted => IsSame(value, wanted)),
            SoqlOperator.Less => Compare(value) < 0,
            SoqlOperator.LessOrEqual => Compare(value) <= 0,
            SoqlOperator.Greater => Compare(value) > 0,
            SoqlOperator.GreaterOrEqual => Compare(value) >= 0,
            _ => throw new InvalidOperationException($"The operator {Operator} is unknown."),
        };
    }

    // Null makes every comparison false, as in SQL
    private int? Compare(object? value) => value is not null && Values[0] is { } wanted ? FieldComparer.Compare(Field, value, wanted) : null;

    private bool IsSame(object? value, object? wanted)
        => value is null || wanted is null ? value is null && wanted is null : FieldComparer.Compare(Field, value, wanted) == 0;
}
