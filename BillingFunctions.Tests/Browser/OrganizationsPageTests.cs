using System.Net;
using BillingFunctions.Platform;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class OrganizationsPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<img src=x onerror=alert(1)>";

    private static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Close_AnInvoiceFoundFromItsOrganization_ShowsItsItemsAtStripe()
    {
        var organization = await fixture.Usage.AddOrganizationAsync($"Page {Hostile}");
        var invoice = await fixture.Usage.AddInvoiceAsync(organization, BillingMonth.From(Now).ToString(), "jpy");
        await fixture.Usage.AddItemAsync(invoice, 1250, Now, Hostile);
        await using var tab = await fixture.OpenAsync("/dashboard/organizations");
        var page = tab.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = organization }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Page {Hostile}" })).ToBeVisibleAsync();
        await Expect(page.Locator("#usage").GetByRole(AriaRole.Row).Filter(new() { HasText = Hostile })).ToContainTextAsync("1,250 JPY");
        await tab.LoadedAsync();
        await tab.CheckAccessibilityAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = invoice }).ClickAsync();
        var item = page.Locator("#items").GetByRole(AriaRole.Row).Filter(new() { HasText = "1,250 JPY" });
        await Expect(item).ToContainTextAsync("synced", new() { Timeout = 60_000 });
        await Expect(item).ToContainTextAsync("il_", new() { Timeout = 60_000 });
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close it now" }).ClickAsync();

        await Expect(page.Locator("article dl")).ToContainTextAsync("closed", new() { Timeout = 60_000 });
        Assert.Equal("closed", (await fixture.Usage.GetAsync($"api/invoices/{invoice}")).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task MakeALink_ForADay_GivesOneThatOpensAndCanBeCopied()
    {
        var organization = await fixture.Usage.AddOrganizationAsync();
        await using var tab = await fixture.OpenAsync($"/dashboard/organizations?id={organization}");
        await tab.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await tab.Page.GetByLabel("Opens for").SelectOptionAsync("a day");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the link" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();

        using var anonymous = new HttpClient();
        using var opened = await anonymous.GetAsync(await tab.Page.EvaluateAsync<string>("navigator.clipboard.readText()"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        await tab.CheckAccessibilityAsync();
    }
}
