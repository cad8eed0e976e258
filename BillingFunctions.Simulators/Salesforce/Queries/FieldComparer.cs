using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>Compares two values of a field, neither of them null.</summary>
internal static class FieldComparer
{
    public static int Compare(SalesforceField field, object one, object other) => (one, other) switch
    {
        (string first, string second) => field.Comparer.Compare(first, second),
        _ => Comparer<object>.Default.Compare(one, other),
    };
}
