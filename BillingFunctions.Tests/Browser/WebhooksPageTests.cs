using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using Microsoft.Playwright;
using Stripe;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class WebhooksPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<img src=x onerror=alert(1)></code></pre>";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replay_OfAnEventThatWasFilteredFor_AppliesItAgain()
    {
        const string id = "evt_replay";
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json(id, created: TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), content: new { id = "plan_1", nickname = Hostile }));
        var before = (await fixture.Webhooks.UntilAsync(id, "ignored")).GetProperty("settled_at").GetDateTimeOffset();
        await using var tab = await fixture.OpenAsync("/dashboard/webhooks");
        var page = tab.Page;

        await page.GetByLabel("Status").SelectOptionAsync("ignored");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = id })).ToContainTextAsync("plan.created");
        await tab.CheckAccessibilityAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = id }).ClickAsync();
        await Expect(page.Locator("pre")).ToContainTextAsync(Hostile);
        await tab.CheckAccessibilityAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await fixture.Usage.UntilAsync(
            $"api/webhook_events/{id}", found => found.GetProperty("status").GetString() == "ignored" && found.GetProperty("settled_at").GetDateTimeOffset() > before);
        await Expect(page.Locator("article").GetByText("ignored")).ToBeVisibleAsync();
        await tab.CheckFitsPhoneAsync();
    }

    [Fact]
    public async Task Compare_WithStripe_FetchesWhatNeverArrived()
    {
        var customer = await fixture.Invoicing.Stripe.Customers().CreateAsync(new CustomerCreateOptions { Email = "lost@example.com", Name = "Lost" }, cancellationToken: Token);
        await using var tab = await fixture.OpenAsync("/dashboard/webhooks");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Compare with Stripe" }).ClickAsync();

        await Expect(tab.Page.GetByText("of them had never arrived")).ToContainTextAsync("are in the inbox now");
        await Expect(tab.Page.Locator("#reconciliation details li")).Not.ToHaveCountAsync(0);
        await fixture.Usage.UntilAsync($"api/customers/{customer.Id}", found => found.GetProperty("name").GetString() == "Lost");
        await tab.CheckAccessibilityAsync();
    }
}
