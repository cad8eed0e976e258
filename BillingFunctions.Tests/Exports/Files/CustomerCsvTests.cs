using System.Text;
using System.Text.Json;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Files;

namespace BillingFunctions.Tests.Exports.Files;

public sealed class CustomerCsvTests
{
    private const string Customer = """
        {
          "id": "cus_1", "created": 1767225600, "name": "=cmd|' /C calc'!A0", "email": null, "balance": -100, "delinquent": false,
          "description": "a \"b\", c\r\nd", "address": { "country": "DE", "line1": null }, "metadata": { "plan": "pro", "a.b": "dotted", "x": " +1" },
          "preferred_locales": ["de", "fr"], "future_field": { "deep": 1 }
        }
        """;

    [Theory]
    [InlineData("id", "cus_1")]
    [InlineData("created", "2026-01-01T00:00:00Z")]
    [InlineData("name", "'=cmd|' /C calc'!A0")]
    [InlineData("email", "\"\"")]
    [InlineData("balance", "-100")]
    [InlineData("delinquent", "false")]
    [InlineData("description", "\"a \"\"b\"\", c\r\nd\"")]
    [InlineData("address.country", "DE")]
    [InlineData("address.line1", "\"\"")]
    [InlineData("shipping.address.city", "\"\"")]
    [InlineData("metadata.plan", "pro")]
    [InlineData("metadata.a.b", "dotted")]
    [InlineData("metadata.x", "' +1")]
    [InlineData("preferred_locales", "\"[\"\"de\"\",\"\"fr\"\"]\"")]
    [InlineData("future_field.deep", "1")]
    public void Rows_Field_IsWritten(string field, string cell) => Assert.Equal(cell + "\r\n", Write([field], FormulaHandling.Escape));

    [Theory]
    [InlineData("""{ "team": "R&D", "name": "李" }""", """{"team":"R&D","name":"李"}""")]
    [InlineData("""["O'Neil <ann+x@example.com>"]""", """["O'Neil <ann+x@example.com>"]""")]
    [InlineData("""["\u674e \u0026 S\u00f6hne"]""", """["李 & Söhne"]""")]
    [InlineData("""["😀", "李　明", "10 €"]""", """["😀","李　明","10 €"]""")]
    [InlineData("""["a\\u0041", "\\\\u0041"]""", """["a\\u0041","\\\\u0041"]""")]
    [InlineData("""["a\"b\\c\n\u0007d"]""", """["a\"b\\c\n\u0007d"]""")]
    public void Rows_JsonInACell_IsReadable(string json, string cell)
    {
        using var customer = JsonDocument.Parse($$"""{ "metadata": {{json}} }""");

        var line = Encoding.UTF8.GetString(CustomerCsv.Rows([customer.RootElement], ["metadata"], FormulaHandling.Escape));

        Assert.Equal($"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n", line);
    }

    [Fact]
    public void Rows_Raw_LeavesFormulas() => Assert.StartsWith("=cmd|", Write(["name"], FormulaHandling.Raw), StringComparison.Ordinal);

    [Fact]
    public void Header_Fields_InOrder() => Assert.Equal("id,metadata.plan\r\n", Encoding.UTF8.GetString(CustomerCsv.Header(["id", "metadata.plan"])));

    private static string Write(IReadOnlyList<string> fields, FormulaHandling formulas)
    {
        using var json = JsonDocument.Parse(Customer);
        return Encoding.UTF8.GetString(CustomerCsv.Rows([json.RootElement], fields, formulas));
    }
}
