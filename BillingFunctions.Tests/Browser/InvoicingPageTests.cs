using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Testing.Drivers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class InvoicingPageTests(DashboardFixture fixture)
{
    private const string Hostile = "<img src=x onerror=alert(1)>";

    /// <summary>A month in which no run has been, so that nothing else touches its invoices.</summary>
    private const string OldMonth = "2025-03";

    private static readonly LocatorAssertionsToBeVisibleOptions Patiently = new() { Timeout = 60_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private InvoicingDriver Invoicing => fixture.Invoicing;

    [Fact]
    public async Task Start_OfAMonth_ShowsItsProgressUntilTheMailsAreSent()
    {
        var month = BillingMonth.From(TimeProvider.System.GetUtcNow().AddMonths(-1)).ToString();
        var customer = Customer("browser-page", Hostile);
        await Invoicing.SeedAsync([customer]);
        await using var tab = await fixture.OpenAsync("/dashboard/invoicing");

        var field = tab.Page.Locator("input[type=month]");
        await Expect(field).ToHaveValueAsync(InvoicingDriver.Month);
        await field.FillAsync(month);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(tab.Page.Locator("#month h2")).ToHaveTextAsync($"{month}: not started");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();

        await Expect(tab.Page.Locator("#month h2")).ToHaveTextAsync($"{month}: completed", new() { Timeout = 120_000 });
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = customer.Id });
        await Expect(row).ToContainTextAsync(Hostile);
        await Expect(row).ToContainTextAsync("sent");
        await Expect(row).ToContainTextAsync(new Money(Invoicing.Amounts.AmountOf(customer.Id, month).Amount!.Value, "usd").ToString());
        await Expect(tab.Page.Locator("[data-chart] canvas")).ToBeVisibleAsync();
        Assert.Contains(customer.Email, Invoicing.Recipients());
        await tab.CheckAccessibilityAsync();

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "sent" }).ClickAsync();
        await Expect(tab.Page.Locator("select[name=status]")).ToHaveValueAsync("sent");
        await Expect(row).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("Download these as CSV")).ToHaveAttributeAsync("data-download", $"/api/invoicing/{month}/report.csv?status=sent");
    }

    [Fact]
    public async Task Decide_OnAPhone_ResolvesDeliveriesAndRetriesWhatFailedAsPreviewed()
    {
        await PutAsync(
            Failed("delivered", InvoiceStatus.DeliveryUnknown, new Money(1500, "jpy")),
            Failed("lost/1", InvoiceStatus.DeliveryUnknown, new Money(1234, "kwd")),
            Failed("refused", InvoiceStatus.EmailFailed, new Money(125000, "usd")),
            Failed("unknown", InvoiceStatus.LookupFailed, null));
        await using var tab = await fixture.OpenAsync($"/dashboard/invoicing?month={OldMonth}", DashboardTab.Phone);

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "4 invoices to decide on" }).ClickAsync();
        await Expect(RowOf(tab, "delivered")).ToContainTextAsync("1,500 JPY");
        await Expect(RowOf(tab, "lost/1")).ToContainTextAsync("1.234 KWD");
        await Expect(RowOf(tab, "refused")).ToContainTextAsync(Hostile);
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();

        await RowOf(tab, "delivered").GetByRole(AriaRole.Button, new() { Name = "It was delivered" }).ClickAsync();
        await Expect(RowOf(tab, "delivered")).ToHaveCountAsync(0);
        await RowOf(tab, "lost/1").GetByRole(AriaRole.Button, new() { Name = "Send it again" }).ClickAsync();
        await StatusAsync("lost/1", "sent");
        Assert.Equal("sent", await StatusAsync("delivered"));

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry mails" }).ClickAsync();
        await Expect(tab.Page.GetByText("1 mail would be tried again, about 1,250.00 USD in all.")).ToBeVisibleAsync();
        Assert.Equal("email_failed", await StatusAsync("refused"));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry 1 mail" }).ClickAsync();
        await Expect(tab.Page.GetByText("1 mail queued again.")).ToBeVisibleAsync(Patiently);
        await StatusAsync("refused", "sent");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry lookups" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry 1 lookup" }).ClickAsync();
        await StatusAsync("unknown", "sent");
        Assert.DoesNotContain("delivered@example.com", Invoicing.Recipients());
    }

    private BilledCustomer Customer(string id, string name) =>
        new(id, TimeProvider.System.GetUtcNow(), "", $"{id}@example.com", name, "", Invoicing.Amounts.CurrencyOf(id));

    private static MonthlyInvoice Failed(string customerId, InvoiceStatus status, Money? amount) => new()
    {
        Month = OldMonth,
        CustomerId = customerId,
        Status = status,
        Email = $"{customerId.Replace('/', '.')}@example.com",
        Name = Hostile,
        Amount = amount,
        Reason = "Something has happened.",
        LookupAttempts = 2,
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    private async Task PutAsync(params IReadOnlyList<MonthlyInvoice> invoices)
    {
        using var store = new MonthlyInvoiceStore(fixture.Tables, fixture.Queues, fixture.FailedJobs, new InvoicePolicy([], UnknownDelivery.Hold, true, 500), TimeProvider.System);
        foreach (var invoice in invoices)
        {
            Assert.True(await store.TryWriteAsync([invoice], Token));
        }
    }

    private static ILocator RowOf(DashboardTab tab, string customerId) =>
        tab.Page.GetByRole(AriaRole.Row).Filter(new() { Has = tab.Page.GetByRole(AriaRole.Link, new() { Name = customerId, Exact = true }) });

    private async Task StatusAsync(string customerId, string awaited) => await Poll.UntilAsync(() => StatusAsync(customerId), status => status == awaited);

    private async Task<string?> StatusAsync(string customerId)
    {
        var page = await fixture.App.Http.GetFromJsonAsync<JsonElement>($"api/invoicing/{OldMonth}/invoices", Token);
        return page.GetProperty("data").EnumerateArray().Single(invoice => invoice.GetProperty("customer_id").GetString() == customerId).GetProperty("status").GetString();
    }
}
