using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class SubscriptionsPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<img src=x onerror=alert(1)>";

    [Fact]
    public async Task Search_ByEmail_LeadsToTheVerdictAndWhatEachEventDid()
    {
        var (customer, subscription) = ("cus_subscriber", "sub_subscriber");
        await SubscribeAsync(customer, subscription, "subscriber@example.com");
        await using var tab = await fixture.OpenAsync("/dashboard/subscriptions");
        var page = tab.Page;

        await page.GetByLabel("E-mail").FillAsync(" subscriber@example.com ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByText(Hostile)).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = customer }).GetByRole(AriaRole.Link, new() { Name = "Show" }).ClickAsync();
        await Expect(page.GetByText("the subscription is paid.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Link, new() { Name = subscription }).ClickAsync();

        await Expect(page.GetByText("the subscription is paid.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "invoice.paid" })).ToContainTextAsync("from unpaid to paid. An invoice of it was paid.");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "evt_subscriber_paid" }).First).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();
    }

    [Fact]
    public async Task Open_UnknownSubscription_SaysSo()
    {
        await using var tab = await fixture.OpenAsync("/dashboard/subscriptions?id=%3Cscript%3Ealert(1)%3C/script%3E");

        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no subscription <script>alert(1)</script>.");
    }

    private async Task SubscribeAsync(string customer, string subscription, string email)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var events = subscription.Replace("sub_", "evt_", StringComparison.Ordinal);
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json(
            $"{events}_customer", "customer.created", now, new { id = customer, @object = "customer", name = Hostile, email, created = now, livemode = false }));
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json(
            $"{events}_made", "customer.subscription.created", now, StripeObjectBuilder.Subscription("active", id: subscription, customer: $"\"{customer}\"", start: now)));
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json(
            $"{events}_paid", "invoice.paid", now + 1, StripeObjectBuilder.Invoice(subscription: $"\"{subscription}\"", customer: $"\"{customer}\"", start: now)));
        await Poll.UntilAsync(
            async () => await fixture.App.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions?customer={customer}", TestContext.Current.CancellationToken),
            found => found.GetProperty("data").EnumerateArray().Any(one => one.GetProperty("status").GetString() == "paid" && one.GetProperty("customer_name").GetString() == Hostile));
    }
}
