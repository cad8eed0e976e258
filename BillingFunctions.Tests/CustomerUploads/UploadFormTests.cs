using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.CustomerUploads;

/// <summary>What comes in beside a file: it is used, or refused by its name.</summary>
[Collection(nameof(UploadsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class UploadFormTests(UploadsApiFixture fixture)
{
    private const string Boundary = "x1";

    private readonly UploadsDriver _uploads = new(fixture.App);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\r\n \r\n", "a preamble")]
    public async Task Upload_FormWithOneFile_IsTaken(string behind, string before)
    {
        var name = $"form{behind.Length}";

        var id = await UploadsDriver.AcceptedAsync(await SendAsync([FilePart("file", "C:\\März\\kunden.csv", $"id,email\n{name},a@example.com\n")], behind, before));

        var upload = await _uploads.EndAsync(id);
        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(upload));
        Assert.Equal("kunden.csv", upload.GetProperty("file_name").GetString());
    }

    [Theory]
    [InlineData("file", "b.csv", "id,email\ntwo2,b@example.com\n")]
    [InlineData("other", "empty.csv", "")]
    [InlineData("file", "c.pdf", "%PDF")]
    public async Task Upload_FormWithAnotherFile_IsRefusedByItsName(string field, string name, string content) =>
        Assert.Contains(name, await RefusedAsync("file", await SendAsync([FilePart("file", "a.csv", "id,email\ntwo1,a@example.com\n"), FilePart(field, name, content)])), StringComparison.Ordinal);

    [Theory]
    [InlineData("comment", "of March", true)]
    [InlineData("dry_run", "true", true)]
    [InlineData("dry_run", "true", false)]
    [InlineData("notify", "", false)]
    public async Task Upload_FormWithAField_IsRefusedByItsName(string field, string value, bool isFirst)
    {
        string[] parts = [$"Content-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}", FilePart("file", "a.csv", "id,email\nfield1,a@example.com\n")];

        var message = await RefusedAsync(field, await SendAsync(isFirst ? parts : [.. parts.Reverse()]));

        Assert.Contains("?dry_run=true", message, StringComparison.Ordinal);
        using var customer = await fixture.App.Http.GetAsync("api/customers/field1", Token);
        Assert.Equal(HttpStatusCode.NotFound, customer.StatusCode);
    }

    [Theory]
    [InlineData("\r\nid,email\nbehind1,a@example.com\n")]
    [InlineData("\r\n--x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.csv\"\r\n\r\nid,email\nbehind2,a@example.com\r\n--x1--\r\n")]
    [InlineData("rest")]
    public async Task Upload_FormWithSomethingBehindItsEnd_IsRefused(string behind) =>
        Assert.Contains("--x1--", await RefusedAsync("file", await SendAsync([FilePart("file", "a.csv", "id,email\nbehind0,a@example.com\n")], behind)), StringComparison.Ordinal);

    [Fact]
    public async Task Upload_LargeFileWithAnotherBehindIt_IsRefused()
    {
        var large = "id,email\n" + string.Concat(Enumerable.Range(0, 20_000).Select(number => $"large{number},a@example.com\n"));

        Assert.Contains("b.csv", await RefusedAsync("file", await SendAsync([FilePart("file", "a.csv", large), FilePart("file", "b.csv", "id,email\n1,a@example.com\n")])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dryrun=true", "dryrun")]
    [InlineData("dry_run=true&overwrite=1", "overwrite")]
    [InlineData("dry-run", "dry-run")]
    public async Task Upload_ParameterThatIsNotRead_IsRefusedByItsName(string query, string name)
    {
        using var content = new StringContent("id,email\nparameter1,a@example.com\n", Encoding.UTF8, "text/csv");

        using var response = await fixture.App.Http.PostAsync($"api/uploads/customers?{query}", content, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Contains("dry_run", problem.GetProperty("errors").GetProperty(name)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_KeyInTheAddress_IsLeftToTheHost()
    {
        using var content = new StringContent("id,email\nkeyed1,a@example.com\n", Encoding.UTF8, "text/csv");

        using var response = await fixture.App.Http.PostAsync("api/uploads/customers?code=secret&clientId=default&dry_run=true", content, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static string FilePart(string field, string name, string content) =>
        $"Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{content}";

    private static async Task<string> RefusedAsync(string field, HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
            return problem.GetProperty("errors").GetProperty(field)[0].GetString()!;
        }
    }

    private Task<HttpResponseMessage> SendAsync(IEnumerable<string> parts, string behind = "\r\n", string before = "")
    {
        var body = string.Concat(parts.Select((part, index) => $"{(index == 0 && before.Length == 0 ? "" : "\r\n")}--{Boundary}\r\n{part}"));
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{before}{body}\r\n--{Boundary}--{behind}"));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}");
        return fixture.App.Http.PostAsync("api/uploads/customers", content, Token);
    }
}
