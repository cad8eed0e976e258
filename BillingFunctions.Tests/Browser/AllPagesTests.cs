using System.Net;
using System.Text.RegularExpressions;
using BillingFunctions.Dashboard.Layout;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Browser;

/// <summary>What holds for each page, whatever it is about. How each looks on a desk its own tests see.</summary>
[Collection(nameof(DashboardTests))]
public sealed partial class AllPagesTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_OnAPhone_CanBeReadByAllInBothThemes()
    {
        await using var tab = await fixture.OpenAsync("/dashboard/", DashboardTab.Phone);
        foreach (var page in DashboardPages.All)
        {
            await tab.GoToAsync(page.Address, DashboardFixture.Key);

            await tab.CheckAccessibilityAsync();
            await tab.CheckFitsPhoneAsync();
        }
    }

    [Fact]
    public async Task Open_AsAReader_ShowsNothingThatChangesSomething()
    {
        foreach (var page in DashboardPages.All)
        {
            var html = await GetAsync(page.Address);
            var sources = Source().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups["source"].Value)).ToList();
            var parts = await Task.WhenAll(sources.Select(GetAsync));

            // A forecast is a POST that changes nothing.
            Assert.All(parts.Prepend(html), part => Assert.DoesNotMatch("hx-(post|put|patch|delete)=(?!\"/api/forecasts\")", part));
        }
    }

    [Fact]
    public async Task Open_APageThatIsNot_Is404()
    {
        using var answer = await fixture.App.Http.GetAsync("dashboard/nothing", Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            request.Headers.Add("HX-Request", "true");
        }

        foreach (var (name, value) in PrincipalBuilder.Headers("ann@example.com", "Billing.Reader"))
        {
            request.Headers.Add(name, value);
        }

        using var answer = await fixture.App.Http.SendAsync(request, Token);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    [GeneratedRegex("hx-get=\"(?<source>/api/[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Source();
}
