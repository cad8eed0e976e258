using BillingFunctions.Operations.Queues;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class OverviewPageTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WithWorkUnderWay_ShowsItAndLetsConnectorsBePaused()
    {
        await fixture.FailedJobs.AddAsync("overview", "evt_overview", "message", "no luck", attempts: 5, Token);
        // Before now: the app measures once a minute, and would write over it.
        await new QueueHistory(fixture.Tables, new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5))).AddAsync(new Dictionary<string, QueueMeasure> { ["invoice-emails"] = new(12, 75) }, Token);
        await using var tab = await fixture.OpenAsync("/dashboard/");

        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "invoice-emails" }).GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "At most 12 in the last hour");
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "invoice-emails" }).Locator("canvas")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "overview", Exact = true })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause stripe" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume stripe" })).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume stripe" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause stripe" })).ToBeVisibleAsync();
    }
}
