using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.CustomerUploads;

/// <summary>The way of <c>errors.csv</c>: downloaded, mended in a spreadsheet, sent again. What was not mended is as it was.</summary>
[Collection(nameof(UploadsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class MendedErrorsTests(UploadsApiFixture fixture)
{
    private const string Wrong = "ann.example.com";
    private const string Right = "ann@example.com";

    private static readonly string[] Names = ["id", "name", "email", "phone", "Notiz, intern; geheim", "=Formel", "leer", "notes"];

    private readonly UploadsDriver _uploads = new(fixture.App);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<char, string> Files => new()
    {
        { ',', "李 \"R&D\", 東京; Ω\twide" },
        { ';', "a;b,c \"d\"; e" },
        { '\t', "tab\tand \"quote\", ; ü😀" },
        { ',', "=HYPERLINK(\"x\")" },
        { ';', "  \uFF1DSUM(A1)" },
        { '\t', "'-5" },
        { ',', "two\r\nlines, \"one\"\nmore" },
        { ';', "'quoted'" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Errors_MendedAndSentAgain_ChangeNothingElse(char separator, string text)
    {
        var (bad, good) = ($"mend-{separator - 0}-{text.Length}", $"good-{separator - 0}-{text.Length}");
        var header = Line(separator, Names);
        var upload = await _uploads.IngestAsync(header + Line(separator, Cells(bad, Wrong, text)) + Line(separator, Cells(good, Right, text)));
        Assert.Equal(("completed", 2, 1, 1), UploadsDriver.Counts(upload));

        var errors = await DownloadAsync(upload);
        var mended = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(errors).Replace(Wrong, Right, StringComparison.Ordinal));
        var again = await _uploads.EndAsync(await UploadsDriver.AcceptedAsync(await _uploads.SendAsync(mended)));

        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(again));
        Assert.Equal(Shown(await _uploads.CustomerAsync(good)), Shown(await _uploads.CustomerAsync(bad)));
    }

    [Theory]
    [InlineData(',', ',')]
    [InlineData(';', ';')]
    [InlineData('\t', ',')]
    public async Task Errors_OfAnyFile_OpenInASpreadsheet(char separator, char expected)
    {
        var upload = await _uploads.IngestAsync(Line(separator, ["id", "email", "name"]) + Line(separator, ["open1", Wrong, "李 Ω"]));

        var errors = await DownloadAsync(upload);

        Assert.Equal(Encoding.UTF8.GetPreamble(), errors[..3]);
        Assert.Equal(string.Join(expected, "id", "email", "name", "_line", "_error"), Encoding.UTF8.GetString(errors[3..]).Split("\r\n")[0]);
        Assert.Contains(string.Join(expected, "open1", Wrong, "李 Ω", "2", ""), Encoding.UTF8.GetString(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_SavedAsUtf16WithTabs_AreRead()
    {
        var upload = await _uploads.IngestAsync("id;email;name\nsaved1;ann.example.com;\"李; \"\"x\"\"\"\n");
        var saved = Encoding.UTF8.GetString(await DownloadAsync(upload))[1..].Replace(Wrong, Right, StringComparison.Ordinal)
            .Replace("\"李; \"\"x\"\"\"", "\u0001", StringComparison.Ordinal).Replace(';', '\t').Replace("\u0001", "\"李; \"\"x\"\"\"", StringComparison.Ordinal);

        var again = await _uploads.EndAsync(await UploadsDriver.AcceptedAsync(await _uploads.SendAsync([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(saved)])));

        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(again));
        Assert.Equal("李; \"x\"", (await _uploads.CustomerAsync("saved1")).GetProperty("name").GetString());
    }

    private static string[] Cells(string id, string email, string text) => [id, text, email, "+49 30 1", text, "-1", "", " " + text];

    private static string Line(char separator, IEnumerable<string> cells) =>
        string.Join(separator, cells.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";

    private static (string?, string?, string?, string) Shown(JsonElement customer) => (
        customer.GetProperty("name").GetString(), customer.GetProperty("email").GetString(), customer.GetProperty("phone").GetString(), customer.GetProperty("metadata").GetRawText());

    private async Task<byte[]> DownloadAsync(JsonElement upload)
    {
        using var response = await fixture.App.Http.GetAsync(upload.GetProperty("errors_url").GetString(), Token);
        Assert.Equal(MediaTypeHeaderValue.Parse("text/csv; charset=utf-8"), response.Content.Headers.ContentType);
        return await response.Content.ReadAsByteArrayAsync(Token);
    }
}
