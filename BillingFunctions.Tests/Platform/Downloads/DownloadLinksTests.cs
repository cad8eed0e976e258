using Azure.Data.Tables;
using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Downloads;

public sealed class DownloadLinksTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private TableServiceClient _tables = null!;
    private DownloadLinks _links = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new TableServiceClient(azurite.NewAccount());
        await _tables.CreateTableAsync(StoredSecret.Table, Token);
        _links = new DownloadLinks(_tables, _time);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task IsValidAsync_SignedLink_IsValidOnEachInstanceForFiveMinutes()
    {
        var url = await SignAsync("/api/invoicing/2026-10/report.csv", "?status=sent,email_failed");
        var other = new DownloadLinks(_tables, _time);

        Assert.Matches("^/api/downloads/[0-9]+[.][\\w-]+/invoicing/2026-10/report.csv[?]status=", url);
        Assert.True(await other.IsValidAsync(Request(url), Token));
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.True(await other.IsValidAsync(Request(url), Token));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await other.IsValidAsync(Request(url), Token));
    }

    [Theory]
    [InlineData("exp_1", "exp_2")]
    [InlineData("/file", "/manifest")]
    [InlineData("a=1", "a=2")]
    [InlineData("a=1", "a=1&b=2")]
    [InlineData("?a=1", "")]
    [InlineData("downloads/1", "downloads/9")]
    [InlineData("downloads/", "downloads/x.y/")]
    [InlineData(".", "")]
    public async Task IsValidAsync_AnythingChanged_IsNotValid(string part, string other)
    {
        var url = await SignAsync("/api/exports/exp_1/file", "?a=1");

        Assert.True(await _links.IsValidAsync(Request(url), Token));
        Assert.False(await _links.IsValidAsync(Request(url.Replace(part, other, StringComparison.Ordinal)), Token));
    }

    private async Task<string> SignAsync(string path, string query) => (await _links.SignAsync(path, new QueryCollection(QueryHelpers.ParseQuery(query)), Token)).Url;

    private static HttpRequest Request(string url)
    {
        var address = new Uri(new Uri("http://localhost"), url);
        return new DefaultHttpContext { Request = { Path = PathString.FromUriComponent(address), QueryString = QueryString.FromUriComponent(address) } }.Request;
    }
}
