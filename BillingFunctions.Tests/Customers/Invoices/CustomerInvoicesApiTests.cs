using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Customers.Invoices;

/// <summary>One app in which a customer has been billed for a month, for its usage, and by Stripe for something else.</summary>
public sealed class CustomerInvoicesFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>It stands in the cursor, and with that in a query of the catalogue.</summary>
    public const string CustomerId = "Kündin '1' & Co";

    internal InvoicingDriver Driver { get; private set; } = null!;

    internal UsageApiDriver Api { get; private set; } = null!;

    public string StripeId { get; private set; } = "";

    /// <summary>The usage invoice.</summary>
    public string Usage { get; private set; } = "";

    /// <summary>The Stripe invoice that bills it.</summary>
    public string Draft { get; private set; } = "";

    public static string Path => $"api/customers/{Uri.EscapeDataString(CustomerId)}/invoices";

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        Driver = await InvoicingDriver.StartAsync(storage, new AmountSimulatorOptions());
        Api = new UsageApiDriver(Driver.App.Http);
        StripeId = Driver.Stripe.Customers.Create("Own");
        await new UploadsDriver(Driver.App).IngestAsync($"id,email,stripe_customer_id\n{CustomerId},one@example.com,{StripeId}\ncust_2,two@example.com,\n");
        await Driver.StartRunAsync();
        await Driver.EndAsync();
        Usage = await BillUsageAsync((await Api.PostAsync("api/organizations", new { name = "Own", stripe_customer_id = StripeId })).Id);
        Draft = (await Api.GetAsync($"api/invoices/{Usage}")).Body.GetProperty("stripe_invoices")[0].GetString()!;
        var catalogue = new InvoiceEventHandler(new CustomerInvoiceStore(new TableServiceClient(storage), TimeProvider.System), new CurrentObjectsFake());
        foreach (var (id, created) in new[] { (Draft, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), ("in_old", StripeEventBuilder.Time), ("in_older", StripeEventBuilder.Time) })
        {
            var told = StripeEventBuilder.Invoice("invoice.created", "evt_1", created, "draft", id: id, invoiceCreated: created, customer: StripeId);
            await catalogue.ApplyAsync(catalogue.SubjectOf(told)!, [told], CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => Driver.DisposeAsync();

    /// <summary>Adds an invoice with an item, and waits until Stripe has both.</summary>
    internal async Task<string> BillUsageAsync(string organizationId)
    {
        var now = TimeProvider.System.GetUtcNow();
        var invoice = await Api.AddInvoiceAsync(organizationId, BillingMonth.From(now).ToString());
        await Api.SyncedAsync(await Api.AddItemAsync(invoice, 1200, now));
        return invoice;
    }
}

public sealed class CustomerInvoicesApiTests(CustomerInvoicesFixture fixture) : IClassFixture<CustomerInvoicesFixture>
{
    private static string MonthlyId => $"{InvoicingDriver.Month}/{CustomerInvoicesFixture.CustomerId}";

    private HttpClient Http => fixture.Driver.App.Http;

    [Fact]
    public async Task List_AllSources_AreOneListNewestFirst()
    {
        var listed = await PagesDriver.ItemsAsync(Http, CustomerInvoicesFixture.Path);

        Assert.Equal(listed.Select(TimeOf).OrderDescending(), listed.Select(TimeOf));
        Assert.Equal(
            new[] { (MonthlyId, "monthly"), (fixture.Usage, "usage"), (fixture.Draft, "stripe"), ("in_old", "stripe"), ("in_older", "stripe") }.Order(),
            listed.Select(invoice => (IdOf(invoice), invoice.GetProperty("source").GetString()!)).Order());
        Assert.Equal(["in_old", "in_older"], listed.Select(IdOf).TakeLast(2));
    }

    [Fact]
    public async Task List_PagesOfOne_HaveTheSameInTheSameOrder()
    {
        var all = await PagesDriver.IdsAsync(Http, CustomerInvoicesFixture.Path);

        var pages = await PagesDriver.PagesAsync(Http, $"{CustomerInvoicesFixture.Path}?limit=1");

        Assert.Equal(all, pages.Select(page => IdOf(Assert.Single(page))));
    }

    [Fact]
    public async Task List_StripeInvoices_KeepTheirFieldsAndNameTheUsageInvoice()
    {
        var listed = await PagesDriver.ItemsAsync(Http, CustomerInvoicesFixture.Path);

        var (draft, old) = (listed.Single(invoice => IdOf(invoice) == fixture.Draft), listed.Single(invoice => IdOf(invoice) == "in_old"));
        Assert.Equal(
            ["id", "source", "customer_id", "subscription_id", "number", "status", "amount_due", "amount_paid", "amount_remaining", "total", "created", "due_date", "period_start", "period_end",
                "hosted_invoice_url", "livemode", "deleted", "last_event_id", "last_event_at", "updated_at", "usage_invoice_id", "stripe_invoice_ids"],
            draft.EnumerateObject().Select(property => property.Name));
        Assert.Equal((fixture.StripeId, fixture.Usage), (draft.GetProperty("customer_id").GetString(), draft.GetProperty("usage_invoice_id").GetString()));
        Assert.Equal(JsonValueKind.Null, old.GetProperty("usage_invoice_id").ValueKind);
        Assert.Equal("""{"amount":1250,"currency":"usd"}""", old.GetProperty("amount_due").GetRawText());
    }

    [Fact]
    public async Task List_MonthlyInvoice_SaysWhatIsOwedAndNotWhatWasPaid()
    {
        var listed = await PagesDriver.ItemsAsync(Http, CustomerInvoicesFixture.Path);

        var monthly = listed.Single(invoice => IdOf(invoice) == MonthlyId);
        var expected = fixture.Driver.Amounts.AmountOf(CustomerInvoicesFixture.CustomerId, InvoicingDriver.Month);
        Assert.Equal($$"""{"amount":{{expected.Amount}},"currency":"{{expected.Currency}}"}""", monthly.GetProperty("total").GetRawText());
        Assert.Equal((CustomerInvoicesFixture.CustomerId, "sent"), (monthly.GetProperty("customer_id").GetString(), monthly.GetProperty("status").GetString()));
        Assert.Equal(BillingMonth.Parse(InvoicingDriver.Month).Start, monthly.GetProperty("period_start").GetDateTimeOffset());
        Assert.All(["amount_paid", "amount_remaining", "number", "hosted_invoice_url", "due_date"], name => Assert.Equal(JsonValueKind.Null, monthly.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task List_UsageInvoice_NamesItsStripeInvoicesAndNoAmounts()
    {
        var listed = await PagesDriver.ItemsAsync(Http, CustomerInvoicesFixture.Path);

        var usage = listed.Single(invoice => IdOf(invoice) == fixture.Usage);
        Assert.Equal((fixture.StripeId, "open"), (usage.GetProperty("customer_id").GetString(), usage.GetProperty("status").GetString()));
        Assert.Equal(fixture.Draft, Assert.Single(usage.GetProperty("stripe_invoice_ids").EnumerateArray()).GetString());
        Assert.All(["amount_due", "amount_paid", "amount_remaining", "total"], name => Assert.Equal(JsonValueKind.Null, usage.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task List_CustomerMadeByTheSync_HasTheUsageInvoice()
    {
        var organization = await fixture.Api.AddOrganizationAsync("Later");
        var invoice = await fixture.BillUsageAsync(organization);

        var customer = (await fixture.Api.GetAsync($"api/organizations/{organization}")).Text("stripe_customer_id");

        Assert.Equal([invoice], await PagesDriver.IdsAsync(Http, $"api/customers/{customer}/invoices"));
    }

    [Fact]
    public async Task List_OrganizationsOfOneCustomer_AreListedTogether()
    {
        var customer = fixture.Driver.Stripe.Customers.Create("Shared");
        var invoices = new List<string>();
        for (var number = 0; number < 2; number++)
        {
            var organization = (await fixture.Api.PostAsync("api/organizations", new { name = "Shared", stripe_customer_id = customer })).Id;
            invoices.Add(await fixture.Api.AddInvoiceAsync(organization, InvoicingDriver.Month));
        }

        var listed = await PagesDriver.IdsAsync(Http, $"api/customers/{customer}/invoices?limit=1");

        Assert.Equal(invoices.Order(), listed.Order());
    }

    [Fact]
    public async Task List_CustomerThatIsOnlyBilledMonthly_HasThatInvoice() =>
        Assert.Equal([$"{InvoicingDriver.Month}/cust_2"], await PagesDriver.IdsAsync(Http, "api/customers/cust_2/invoices"));

    private static string IdOf(JsonElement invoice) => invoice.GetProperty("id").GetString()!;

    /// <summary>To the second, as the list is ordered.</summary>
    private static long TimeOf(JsonElement invoice) => invoice.GetProperty("created").GetDateTimeOffset().ToUnixTimeSeconds();
}
