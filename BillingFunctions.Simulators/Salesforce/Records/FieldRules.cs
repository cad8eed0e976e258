using System.Net.Mail;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>The rules that the values of a record have to keep.</summary>
internal static class FieldRules
{
    /// <exception cref="SalesforceRefusalException">A rule is broken; the first one is named.</exception>
    public static void Check(SalesforceObject type, IReadOnlyDictionary<int, object?> values, bool isNew)
    {
        if (values.Keys.FirstOrDefault(column => type.Fields[column].IsSystem, -1) is >= 0 and var system)
        {
            throw new SalesforceRefusalException(SalesforceProblem.ReadOnly(type.Fields[system].Name));
        }

        var missing = type.Fields.Index().Where(field => field.Item.IsRequired && IsMissing(field.Index)).Select(field => field.Item.Name).ToArray();
        if (missing.Length > 0)
        {
            throw new SalesforceRefusalException(SalesforceProblem.RequiredMissing(missing));
        }

        foreach (var (column, value) in values)
        {
            CheckText(type.Fields[column], value as string);
        }

        bool IsMissing(int column) => values.TryGetValue(column, out var value) ? value is null : isNew;
    }

    private static void CheckText(SalesforceField field, string? text)
    {
        if (text?.Length > field.MaxLength)
        {
            throw new SalesforceRefusalException(SalesforceProblem.TooLong(field.Name, text, field.MaxLength.Value));
        }

        if (text is not null && field.Kind == FieldKind.Email && !IsAddress(text))
        {
            throw new SalesforceRefusalException(SalesforceProblem.InvalidEmail(field.Name, text));
        }
    }

    private static bool IsAddress(string text)
        => MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.', StringComparison.Ordinal);
}
