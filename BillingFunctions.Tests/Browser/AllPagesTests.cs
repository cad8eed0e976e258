using BillingFunctions.Dashboard.Layout;
using Microsoft.Playwright;

namespace BillingFunctions.Tests.Browser;

/// <summary>What holds for each page, whatever it is about.</summary>
[Collection(nameof(DashboardTests))]
public sealed class AllPagesTests(DashboardFixture fixture)
{
    private static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };

    public static TheoryData<string> Pages => [.. DashboardPages.All.Select(page => page.Address)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Open_InBothThemesAndOnAPhone_CanBeReadByAll(string address)
    {
        foreach (var (theme, size) in new[] { (ColorScheme.Light, null), (ColorScheme.Dark, Phone) })
        {
            await using var tab = await fixture.OpenAsync(address, theme, size);

            await tab.CheckAccessibilityAsync();
            Assert.True(await tab.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{address} is wider than the screen");
        }
    }

    [Fact]
    public async Task Open_AsAReader_ShowsNoButtonThatChangesSomething()
    {
        foreach (var page in DashboardPages.All)
        {
            await using var tab = await fixture.OpenAsync(page.Address, reader: true);

            await Assertions.Expect(tab.Page.Locator("[hx-post], [hx-delete], [hx-patch], [hx-put]")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Open_APageThatIsNot_Is404()
    {
        using var answer = await fixture.App.Http.GetAsync("dashboard/nothing", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }
}
