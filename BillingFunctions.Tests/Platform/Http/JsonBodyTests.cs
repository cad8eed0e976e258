using System.Text;
using BillingFunctions.Exports;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class JsonBodyTests
{
    [Fact]
    public void Read_WellFormed_IsTheRecord()
    {
        var request = Read("""{"target_directory":"exports","fields":["id"],"created_from":"2026-01-01T00:00:00Z","formulas":"raw"}""");

        Assert.Equal(("exports", FormulaHandling.Raw), (request.TargetDirectory, request.Formulas));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), request.CreatedFrom);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"target_directory":"exp""", "body")]
    [InlineData("""{"target_directory":"exports"} x""", "body")]
    [InlineData("""{"target_directory":1}""", "target_directory")]
    [InlineData("""{"fields":["id",1]}""", "fields[1]")]
    [InlineData("""{"overwrite":null}""", "overwrite")]
    [InlineData("""{"formulas":1}""", "formulas")]
    [InlineData("""{"Target_Directory":"exports"}""", "Target_Directory")]
    public void Read_Malformed_NamesTheField(string body, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidJsonException>(() => Read(body)).Field);

    [Fact]
    public void Read_UnknownField_SaysWhichThereAre()
    {
        var refusal = Assert.Throws<InvalidJsonException>(() => Read("""{"target":"exports"}"""));

        Assert.Contains("target_directory, file_name, fields", refusal.Message, StringComparison.Ordinal);
    }

    private static ExportRequest Read(string body) => JsonBody.Read<ExportRequest>(Encoding.UTF8.GetBytes(body));
}
