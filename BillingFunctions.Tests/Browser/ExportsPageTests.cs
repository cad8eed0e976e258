using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class ExportsPageTests(DashboardFixture fixture)
{
    private static readonly LocatorAssertionsToContainTextOptions Patiently = new() { Timeout = 60_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithFieldsAndDates_ShowsTheRunUntilTheFileIsThere()
    {
        var name = "&lt;b&gt;-page.csv";
        await using var tab = await fixture.OpenAsync("/dashboard/exports");

        await tab.Page.GetByLabel("File name").FillAsync(name);
        await tab.Page.GetByLabel("Created from, UTC").FillAsync("2012-01-01T10:30");
        await tab.Page.Locator("summary").ClickAsync();
        foreach (var usual in await tab.Page.GetByRole(AriaRole.Group, new() { Name = "Usual fields" }).GetByRole(AriaRole.Checkbox).AllAsync())
        {
            await usual.SetCheckedAsync(false);
        }

        await tab.Page.GetByLabel("id", new() { Exact = true }).CheckAsync();
        await tab.Page.GetByLabel("shipping.address.city").CheckAsync();
        await tab.Page.GetByLabel("A key of the metadata").FillAsync("metadata.plan");
        await tab.CheckAccessibilityAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start the export" }).ClickAsync();

        await Expect(tab.Page.Locator("#started h2")).ToContainTextAsync("completed", Patiently);
        await Expect(tab.Page.Locator("#started")).ToContainTextAsync("100 % done");
        await Expect(tab.Page.Locator("#exports table")).ToContainTextAsync(name);
        await tab.Page.Locator("#exports").GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(tab.Page.GetByText("Download the manifest")).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        var id = new Uri(tab.Page.Url).Query.Split('=')[1];
        var manifest = await fixture.App.Http.GetFromJsonAsync<JsonElement>($"api/exports/{id}/manifest", Token);
        Assert.Equal(["id", "shipping.address.city", "metadata.plan"], manifest.GetProperty("fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Contains("2012-01-01T10:30:00Z", manifest.GetRawText(), StringComparison.Ordinal);
        await Expect(tab.Page.GetByText("Download the file")).ToHaveAttributeAsync("data-download", $"/api/exports/{id}/file");
    }

    [Fact]
    public async Task Steer_OnAPhone_CancelsOneUnderWayAndResumesOneThatFailed()
    {
        var stripe = fixture.Invoicing.Stripe;
        var exports = new ExportsDriver(fixture.App);
        await using var tab = await fixture.OpenAsync("/dashboard/exports", DashboardTab.Phone);

        await tab.Page.GetByLabel("Target directory").FillAsync("no-such-container");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start the export" }).ClickAsync();
        await Expect(tab.Page.Locator("#message")).ToContainTextAsync("There is no container 'no-such-container'.");

        stripe.Faults.Latency = TimeSpan.FromSeconds(3);
        await tab.Page.GetByLabel("Target directory").FillAsync("exports/phone");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start the export" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(tab.Page.Locator("#started h2").Last).ToContainTextAsync("canceled", Patiently);
        stripe.Faults.Latency = TimeSpan.Zero;
        await tab.CheckFitsPhoneAsync();

        stripe.Keys.Accepted = ["sk_test_another"];
        var failing = await exports.StartAsync(new { target_directory = "exports", file_name = "failing.csv" });
        await exports.EndAsync(failing);
        stripe.Keys.Accepted = null;
        await tab.GoToAsync($"/dashboard/exports?id={failing}", DashboardFixture.Key);
        await Expect(tab.Page.GetByText("401")).ToBeVisibleAsync();
        await Poll.UntilAsync(
            async () =>
            {
                // Refused as long as its orchestration has not ended.
                await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
                await Expect(tab.Page.Locator("#message article, #export section").First).ToBeVisibleAsync();
                return await tab.Page.Locator("#message article").CountAsync();
            },
            refusals => refusals == 0);
        await Expect(tab.Page.Locator("#export h2").Last).ToContainTextAsync("completed", Patiently);
        // Other tests of the app have made customers since.
        Assert.InRange((await exports.DownloadAsync(failing)).Rows.Count, DashboardFixture.StripeCustomers, stripe.CustomerCount);
    }
}
