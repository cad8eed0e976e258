using System.Globalization;
using System.Text.Json;
using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>A record in the body of a call.</summary>
/// <param name="Id">The id as it was given; null when it was not.</param>
/// <param name="Values">The fields by their place in the object.</param>
internal sealed record IncomingRecord(SalesforceObject Type, string? Id, IReadOnlyDictionary<int, object?> Values)
{
    private const string Attributes = "attributes";

    /// <summary>The name of the object that a record gives in its attributes; null when it gives none.</summary>
    public static string? TypeNameOf(JsonElement record)
        => record.ValueKind == JsonValueKind.Object && record.TryGetProperty(Attributes, out var attributes)
            && attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty("type", out var type) ? type.ToString() : null;

    /// <exception cref="SalesforceRefusalException">A field is unknown or its value of another kind: Salesforce refuses the whole call.</exception>
    public static IncomingRecord Read(SalesforceObject type, JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            throw new SalesforceRefusalException(SalesforceProblem.WrongKind(type.Name, record));
        }

        string? id = null;
        var values = new Dictionary<int, object?>();
        foreach (var property in record.EnumerateObject().Where(property => property.Name != Attributes))
        {
            var column = type.ColumnOf(property.Name)
                ?? throw new SalesforceRefusalException(SalesforceProblem.NoSuchColumn(property.Name, type.Name));
            if (column == 0)
            {
                id = property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.ToString();
            }
            else
            {
                values[column] = ValueOf(type.Fields[column], property.Value);
            }
        }

        return new IncomingRecord(type, id, values);
    }

    private static object? ValueOf(SalesforceField field, JsonElement value) => (field.Kind, value.ValueKind) switch
    {
        (FieldKind.Checkbox, JsonValueKind.Null) => false,
        (_, JsonValueKind.Null) => null,
        (FieldKind.Text or FieldKind.Email, JsonValueKind.String) => StoredText.Of(value.GetString()!),
        (FieldKind.Number, JsonValueKind.Number) when value.TryGetDecimal(out var number) => number,
        (FieldKind.Checkbox, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (FieldKind.DateTime, JsonValueKind.String) when TimeOf(value.GetString()!) is { } time => time,
        (FieldKind.Id, JsonValueKind.String) => SalesforceId.Normalize(value.GetString()!)
            ?? throw new SalesforceRefusalException(SalesforceProblem.MalformedId(field.Name, value.GetString()!)),
        _ => throw new SalesforceRefusalException(SalesforceProblem.WrongKind(NameOf(field.Kind), value)),
    };

    private static DateTimeOffset? TimeOf(string text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string NameOf(FieldKind kind) => kind switch
    {
        FieldKind.Text => "string",
        FieldKind.Number => "double",
        FieldKind.Checkbox => "boolean",
        FieldKind.DateTime => "datetime",
        FieldKind.Email => "email",
        FieldKind.Id => "id",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
