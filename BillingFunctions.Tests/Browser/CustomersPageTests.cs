using BillingFunctions.Testing.Builders;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class CustomersPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<script>alert(1)</script>";

    [Fact]
    public async Task Search_ByName_LeadsToTheRecordWithWhereItIsAndWhatWasOverwritten()
    {
        var id = "page/Ann";
        var stripeId = await CreateAsync(id, $"Ann {Hostile}");
        await RenameAtStripeAsync(id, stripeId, "Ann by Stripe");
        await using var tab = await fixture.OpenAsync("/dashboard/customers");
        var page = tab.Page;

        await page.GetByLabel("Name").FillAsync("Ann by");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await tab.CheckAccessibilityAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = id }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ann by Stripe" })).ToBeVisibleAsync();
        await Expect(page.GetByText("the customer has no subscription.")).ToBeVisibleAsync();
        var systems = page.GetByRole(AriaRole.Table, new() { Name = "The customer in each system" });
        await Expect(systems.GetByRole(AriaRole.Row).Filter(new() { HasText = stripeId })).ToContainTextAsync("synced");
        await Expect(systems.GetByRole(AriaRole.Row).Filter(new() { HasText = "salesforce" })).ToContainTextAsync("off");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = Hostile })).ToContainTextAsync("from stripe, and was");
        await Expect(page.GetByText("The customer has no invoices.")).ToBeVisibleAsync();
        await tab.LoadedAsync();
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();
    }

    /// <returns>Its id at Stripe.</returns>
    private async Task<string> CreateAsync(string id, string name)
    {
        var task = await fixture.Usage.PostAsync("api/customers", new { id, name, email = "page@example.com" });
        Assert.Equal(202, task.Status);
        var done = await fixture.Usage.UntilAsync($"api/tasks/{task.Body.GetProperty("task_id").GetString()}", found => found.GetProperty("status").GetString() == "succeeded");
        return done.GetProperty("connectors")[0].GetProperty("result").GetProperty("id").GetString()!;
    }

    private async Task RenameAtStripeAsync(string id, string stripeId, string name)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json($"evt_{stripeId}", "customer.updated", now + 5, new
        {
            id = stripeId,
            @object = "customer",
            name,
            email = "page@example.com",
            created = now,
            livemode = false,
            metadata = new Dictionary<string, string> { ["billing_customer_id"] = id },
        }));
        await fixture.Usage.UntilAsync($"api/customers/{Uri.EscapeDataString(id)}", found => found.GetProperty("name").GetString() == name);
    }
}
