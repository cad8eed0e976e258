using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>Reads the value that a condition compares a field with.</summary>
internal static class SoqlValue
{
    /// <exception cref="SalesforceRefusalException">It is no value, or one of another kind than the field.</exception>
    public static object? Of(string query, SoqlToken token, SalesforceField field) => (field.Kind, token.Kind) switch
    {
        (_, SoqlTokenKind.Word) when token.Is("null") => null,
        (FieldKind.Text or FieldKind.Email, SoqlTokenKind.Text) => StoredText.Of(token.Text),
        (FieldKind.Id, SoqlTokenKind.Text) => SalesforceId.Normalize(token.Text) ?? throw SoqlProblem.InvalidId(query, token),
        (FieldKind.Number, SoqlTokenKind.Number) => decimal.Parse(token.Text, CultureInfo.InvariantCulture),
        (FieldKind.Checkbox, SoqlTokenKind.Word) when token.Is("true") || token.Is("false") => token.Is("true"),
        (FieldKind.DateTime, SoqlTokenKind.Time) when TimeOf(token.Text) is { } time => time,
        (_, SoqlTokenKind.Symbol or SoqlTokenKind.End or SoqlTokenKind.Word)
            => throw SoqlProblem.Malformed(query, token.Position, $"unexpected token: '{token.Text}'"),
        _ => throw WrongKind(query, token, field),
    };

    private static DateTimeOffset? TimeOf(string text)
        => text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static SalesforceRefusalException WrongKind(string query, SoqlToken token, SalesforceField field) => field.Kind switch
    {
        FieldKind.Text or FieldKind.Email => SoqlProblem.WrongValue(query, token, field.Name, "string", ""),
        FieldKind.Id => SoqlProblem.WrongValue(query, token, field.Name, "ID", ""),
        FieldKind.Number => SoqlProblem.WrongValue(query, token, field.Name, "double", "not "),
        FieldKind.Checkbox => SoqlProblem.WrongValue(query, token, field.Name, "boolean", "not "),
        FieldKind.DateTime => SoqlProblem.WrongValue(query, token, field.Name, "dateTime", "not "),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}
