using System.Globalization;
using System.Text.Json;
using BillingFunctions.Platform.Csv;
using CsvHelper;

namespace BillingFunctions.Exports.Files;

/// <summary>Writes customers as CSV (RFC 4180: commas, CRLF, quotes where needed; UTF-8 without a mark).</summary>
internal static class CustomerCsv
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\r\n", Quoting = CsvQuoting.WhenNeededOrWhitespace };

    /// <summary>The line of column names.</summary>
    public static byte[] Header(IReadOnlyList<string> fields) => Write(csv =>
    {
        // A metadata key is chosen by the account's users and may look like a formula; its name begins with "metadata." and so cannot.
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        csv.EndRecord();
    });

    /// <summary>One line a customer.</summary>
    public static byte[] Rows(IEnumerable<JsonElement> customers, IReadOnlyList<string> fields, FormulaHandling formulas) => Write(csv =>
    {
        foreach (var customer in customers)
        {
            foreach (var field in fields)
            {
                csv.WriteField(Cell(customer, field, formulas));
            }

            csv.EndRecord();
        }
    });

    private static byte[] Write(Action<CsvWriter> write)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, Options, leaveOpen: true))
        {
            write(csv);
        }

        return stream.ToArray();
    }

    private static string Cell(JsonElement customer, string field, FormulaHandling formulas)
    {
        var value = Find(customer, field);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number when field == "created" => Time(value.GetInt64()),

            // A number is no formula, not even a negative one.
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => Text(value.GetString()!, formulas),
            _ => Text(JsonSerializer.Serialize(value), formulas),
        };
    }

    private static string Text(string text, FormulaHandling formulas) => formulas == FormulaHandling.Escape ? FormulaCell.Escape(text) : text;

    private static string Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

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
