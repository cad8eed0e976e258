using System.Net;
using System.Text;
using BillingFunctions.Testing.Drivers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class UploadsPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<img src=x onerror=alert(1)>";

    private static readonly LocatorAssertionsToContainTextOptions Patiently = new() { Timeout = 60_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_File_IsCheckedFirstAndThenStored()
    {
        var (id, name) = ("page", $"{Hostile}.csv");
        await using var tab = await fixture.OpenAsync("/dashboard/uploads");

        await tab.Page.GetByLabel("CSV file").SetInputFilesAsync(new FilePayload
        {
            Name = name,
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"id,email,{Hostile}{new string('x', 40)}\n{id},page@example.com,1\nother,{Hostile},2\n"),
        });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Check without storing" }).ClickAsync();
        await Expect(tab.Page.Locator("#upload h2")).ToContainTextAsync("completed", Patiently);
        await Expect(tab.Page.Locator("#upload")).ToContainTextAsync("2 rows, 1 can be taken in, 1 rejected");
        var error = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "email" }).Filter(new() { HasText = Hostile });
        await Expect(error.GetByRole(AriaRole.Cell).First).ToHaveTextAsync("3");
        await Expect(tab.Page.Locator("#uploads table")).ToContainTextAsync(name);
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();
        using (var unknown = await fixture.App.Http.GetAsync($"api/customers/{id}", Token))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Store 1 customer" }).ClickAsync();
        await Expect(tab.Page.Locator("#upload")).ToContainTextAsync("100 % done: 2 rows, 1 taken in, 1 rejected", Patiently);
        Assert.Equal("page@example.com", (await new UploadsDriver(fixture.App).CustomerAsync(id)).GetProperty("email").GetString());

        await tab.Page.Locator("#uploads").GetByRole(AriaRole.Link, new() { Name = name }).First.ClickAsync();
        await Expect(tab.Page.GetByText("Download the failed rows")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Store" })).ToHaveCountAsync(0);
    }
}
