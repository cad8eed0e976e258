using BillingFunctions.Operations.Queues;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class OverviewPageTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Open_WithWorkUnderWay_ShowsItAndLetsConnectorsBePaused(ColorScheme theme)
    {
        await fixture.FailedJobs.AddAsync("overview", $"evt_{theme}", "message", "no luck", attempts: 5, Token);
        await new QueueHistory(fixture.Tables, TimeProvider.System).AddAsync(new Dictionary<string, QueueMeasure> { ["invoice-emails"] = new(12, 75) }, Token);
        await using var tab = await fixture.OpenAsync("/dashboard/", theme);

        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "invoice-emails" }).First).ToContainTextAsync("12");
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "invoice-emails" }).Locator("canvas")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "overview", Exact = true })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause stripe" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume stripe" })).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume stripe" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause stripe" })).ToBeVisibleAsync();
    }
}
