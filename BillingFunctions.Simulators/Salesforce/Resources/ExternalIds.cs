using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>The field by which an address names a record.</summary>
internal static class ExternalIds
{
    /// <returns>The place of the field; 0 is the id itself.</returns>
    /// <exception cref="SalesforceRefusalException">The object has no such field, or it is no external id.</exception>
    public static int ColumnOf(SalesforceObject type, string name)
        => type.ColumnOf(name) is { } column && (column == 0 || type.Fields[column].IsExternalId)
            ? column
            : throw new SalesforceRefusalException(SalesforceProblem.NoExternalIdField(name));
}
