using System.Text.Json;
using BillingFunctions.Platform.Csv;

namespace BillingFunctions.Exports.Files;

/// <summary>Customers as CSV.</summary>
internal static class CustomerCsv
{
    /// <summary>The line of column names.</summary>
    public static byte[] Header(IReadOnlyList<string> fields) => CsvLines.Write([fields.Select(field => (CsvCell)field)]);

    /// <summary>One line a customer.</summary>
    public static byte[] Rows(IEnumerable<JsonElement> customers, IReadOnlyList<string> fields, FormulaHandling formulas) =>
        CsvLines.Write(customers.Select(customer => fields.Select(field => Cell(customer, field, formulas))));

    private static CsvCell Cell(JsonElement customer, string field, FormulaHandling formulas)
    {
        var value = Find(customer, field);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number when field == "created" => (DateTimeOffset?)DateTimeOffset.FromUnixTimeSeconds(value.GetInt64()),

            JsonValueKind.Number => CsvCell.Raw(value.GetRawText()),
            JsonValueKind.String => Text(value.GetString()!, formulas),
            _ => Text(JsonCell.Write(value), formulas),
        };
    }

    private static CsvCell Text(string text, FormulaHandling formulas) => formulas == FormulaHandling.Escape ? text : CsvCell.Raw(text);

    private static JsonElement Find(JsonElement customer, string field)
    {
        // What follows "metadata." is one key, dots and all.
        string[] path = field.StartsWith(CustomerFields.MetadataPrefix, StringComparison.Ordinal)
            ? ["metadata", field[CustomerFields.MetadataPrefix.Length..]]
            : field.Split('.');
        var element = customer;
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element;
    }
}
