using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class ForecastPageTests(DashboardFixture fixture)
{
    /// <summary>A forecast is computed when the slider rests; on a busy machine that takes a while.</summary>
    private static readonly LocatorAssertionsToContainTextOptions Patiently = new() { Timeout = 60_000 };

    [Fact]
    public async Task Move_ASlider_ForecastsAnewWithCharts()
    {
        await using var tab = await fixture.OpenAsync("/dashboard/forecasts");
        var (items, calls) = (tab.Page.GetByLabel("Items a minute"), tab.Page.Locator("#calls-per-day"));
        await Expect(calls).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("[data-value-of=items_per_minute]")).ToHaveTextAsync("500");

        await items.FillAsync("0");
        await Expect(tab.Page.Locator("[data-value-of=items_per_minute]")).ToHaveTextAsync("1");
        await Expect(tab.Page.Locator("#forecast")).ToContainTextAsync("In groups from never", Patiently);
        await items.FillAsync("6");
        await tab.Page.GetByLabel("Limit of Stripe's account").FillAsync("95/60");
        await Expect(tab.Page.Locator("#forecast")).ToContainTextAsync("the queue grows", Patiently);

        await Expect(tab.Page.Locator("#forecast canvas")).ToHaveCountAsync(3);
        await tab.CheckAccessibilityAsync();

        await tab.Page.GetByLabel("Limit of Stripe's account").FillAsync("fast");
        await Expect(tab.Page.Locator("#message")).ToContainTextAsync("permits/seconds", Patiently);
    }
}
