using System.Net;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class DownloadTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_OfAFile_ComesByALinkWithoutTheKey()
    {
        var upload = await new UploadsDriver(fixture.App).IngestAsync("id,email\nann,ann at example\n");
        await using var tab = await fixture.OpenAsync("/dashboard/audit");
        await tab.Page.EvaluateAsync("path => { const button = document.createElement('button'); button.dataset.download = path; button.textContent = 'Get'; document.querySelector('main').append(button); }", $"/api/uploads/{upload.GetProperty("id").GetString()}/errors.csv");

        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByText("Get", new() { Exact = true }).ClickAsync());

        Assert.DoesNotContain(DashboardFixture.Key, download.Url, StringComparison.Ordinal);
        Assert.Contains("ann at example", await File.ReadAllTextAsync(await download.PathAsync(), Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/downloads/1.abc/uploads/upl_1/errors.csv", HttpStatusCode.Forbidden)]
    [InlineData("/api/download_links?path=/api/customers", HttpStatusCode.BadRequest)]
    [InlineData("/api/download_links?path=https://example.com/api/exports/1/file", HttpStatusCode.BadRequest)]
    [InlineData("/api/download_links", HttpStatusCode.BadRequest)]
    public async Task Get_LinkThatIsNone_IsRefused(string path, HttpStatusCode status)
    {
        using var answer = await fixture.App.Http.GetAsync(path, Token);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
