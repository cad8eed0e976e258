using BillingFunctions.Exports.Files;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Exports.Files;

public sealed class ExportTargetTests
{
    [Theory]
    [InlineData("exports", "exports", "")]
    [InlineData("exports/", "exports", "")]
    [InlineData("exports/2026/march", "exports", "2026/march")]
    [InlineData("my-files/Für Buchhaltung", "my-files", "Für Buchhaltung")]
    public void Parse_WellFormed_IsSplit(string directory, string container, string prefix)
    {
        var errors = new FieldErrors();

        Assert.Equal(new ExportTarget(container, prefix), ExportTarget.Parse(directory, errors));
        Assert.False(errors.Any);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/exports")]
    [InlineData("C:/exports")]
    [InlineData("https://example.com/exports")]
    [InlineData("exports\\2026")]
    [InlineData("..")]
    [InlineData("exports/..")]
    [InlineData("exports/../uploads")]
    [InlineData("exports/./a")]
    [InlineData("exports//a")]
    [InlineData("exports/a\u0000b")]
    [InlineData("exports/a.")]
    [InlineData("exports/nul")]
    [InlineData("exports/COM1.txt")]
    [InlineData("exports/a?b")]
    [InlineData("$logs")]
    [InlineData("$web/a")]
    [InlineData("azure-webjobs-secrets")]
    [InlineData("ab")]
    [InlineData("Exports")]
    [InlineData("exports_1")]
    [InlineData("ex--ports")]
    [InlineData("-exports")]
    public void Parse_Malformed_IsRefusedByField(string? directory)
    {
        var errors = new FieldErrors();

        Assert.Null(ExportTarget.Parse(directory, errors));
        Assert.Single(errors.ByField["target_directory"]);
    }

    [Theory]
    [InlineData("customers.csv", true)]
    [InlineData("März 2026.csv", true)]
    [InlineData("", false)]
    [InlineData("a/b.csv", false)]
    [InlineData("a\\b.csv", false)]
    [InlineData("..", false)]
    [InlineData("con.csv", false)]
    [InlineData("a\r\n.csv", false)]
    [InlineData("x.csv.manifest.json", false)]
    public void CheckFileName_Name_IsJudged(string name, bool allowed)
    {
        var errors = new FieldErrors();

        ExportTarget.CheckFileName(name, errors);

        Assert.Equal(allowed, !errors.Any);
    }
}
