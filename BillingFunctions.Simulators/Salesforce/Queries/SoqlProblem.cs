using BillingFunctions.Simulators.Salesforce.Api;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>Makes the refusals of a query, which show the place as Salesforce does.</summary>
internal static class SoqlProblem
{
    private const string Advice =
        "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. " +
        "Please reference your WSDL or the describe call for the appropriate names.";

    public static SalesforceRefusalException Malformed(string query, int position, string message) => Of("MALFORMED_QUERY", query, position, message);

    public static SalesforceRefusalException NoSuchField(string query, SoqlToken field, string type)
        => Of("INVALID_FIELD", query, field.Position, $"No such column '{field.Text}' on entity '{type}'. {Advice}");

    public static SalesforceRefusalException WrongValue(string query, SoqlToken value, string field, string kind, string not)
        => Of("INVALID_FIELD", query, value.Position, $"value of filter criterion for field '{field}' must be of type {kind} and should {not}be enclosed in quotes");

    public static SalesforceRefusalException NoSuchType(string query, SoqlToken type)
        => Of("INVALID_TYPE", query, type.Position, $"sObject type '{type.Text}' is not supported. {Advice}");

    public static SalesforceRefusalException InvalidId(string query, SoqlToken id)
        => Of("INVALID_QUERY_FILTER_OPERATOR", query, id.Position, $"invalid ID field: {id.Text}");

    private static SalesforceRefusalException Of(string code, string query, int position, string message)
    {
        var shown = $"\n{query.ReplaceLineEndings(" ")}\n{new string(' ', position)}^\nERROR at Row:1:Column:{position + 1}\n{message}";
        return new SalesforceRefusalException(new SalesforceProblem(400, code, shown));
    }
}
