using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>Takes values that a test gives.</summary>
internal static class DirectValues
{
    /// <exception cref="ArgumentException">There is no such field, or the value is of another kind.</exception>
    public static IReadOnlyDictionary<int, object?> Of(SalesforceObject type, IEnumerable<(string Field, object? Value)> values)
        => values.ToDictionary(
            value => type.ColumnOf(value.Field) ?? throw new ArgumentException($"{type.Name} has no field {value.Field}.", nameof(values)),
            value => Of(type.Fields[type.ColumnOf(value.Field)!.Value], value.Value));

    private static object? Of(SalesforceField field, object? value) => (field.Kind, value) switch
    {
        (FieldKind.Checkbox, null) => false,
        (_, null) => null,
        (FieldKind.Text or FieldKind.Email, string text) => StoredText.Of(text),
        (FieldKind.Number, decimal number) => number,
        (FieldKind.Number, int number) => (decimal)number,
        (FieldKind.Number, long number) => (decimal)number,
        (FieldKind.Number, double number) => (decimal)number,
        (FieldKind.Checkbox, bool isSet) => isSet,
        (FieldKind.DateTime, DateTimeOffset time) => time.ToUniversalTime(),
        (FieldKind.Id, string id) when SalesforceId.Normalize(id) is { } whole => whole,
        _ => throw new ArgumentException($"The field {field.Name} does not take {value}.", nameof(value)),
    };
}

/// <summary>A text as Salesforce stores it.</summary>
internal static class StoredText
{
    /// <returns>The text without blanks around it; null when nothing is left.</returns>
    public static string? Of(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
