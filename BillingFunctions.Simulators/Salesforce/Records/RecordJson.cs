using System.Globalization;
using System.Text.Json;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>Writes records as Salesforce answers them.</summary>
internal static class RecordJson
{
    /// <param name="columns">The fields to write; null writes all.</param>
    public static void Write(Utf8JsonWriter json, SalesforceRecord record, string version, IEnumerable<int>? columns = null)
    {
        json.WriteStartObject();
        json.WriteStartObject("attributes");
        json.WriteString("type", record.Type.Name);
        json.WriteString("url", $"/services/data/{version}/sobjects/{record.Type.Name}/{record.Id}");
        json.WriteEndObject();
        foreach (var column in columns ?? Enumerable.Range(0, record.Type.Fields.Count))
        {
            json.WritePropertyName(record.Type.Fields[column].Name);
            WriteValue(json, record[column]);
        }

        json.WriteEndObject();
    }

    /// <summary>A value as text, as it stands in JSON and in outbound messages.</summary>
    /// <param name="timeFormat">How a time is written.</param>
    public static string TextOf(object value, string timeFormat) => value switch
    {
        DateTimeOffset time => time.ToString(timeFormat, CultureInfo.InvariantCulture),
        decimal number => number.ToString(number == decimal.Truncate(number) ? "0.0" : "G29", CultureInfo.InvariantCulture),
        bool isSet => isSet ? "true" : "false",
        _ => (string)value,
    };

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string or DateTimeOffset:
                json.WriteStringValue(TextOf(value, "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'"));
                break;
            default:
                json.WriteRawValue(TextOf(value, ""));
                break;
        }
    }
}
