using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Tests.Customers;

/// <summary>One app with what a few events have left: 12 customers, of whom the first has 5 invoices and the last is deleted.</summary>
public sealed class CustomersApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    public const int Count = 12;

    private StripeSimulator _stripe = null!;

    internal BillingApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        _stripe = await StripeFake.StartAsync();
        App = await BillingApp.StartAsync(storage, _stripe);
        var tables = new TableServiceClient(storage);
        using var store = new CustomerStore(tables, TimeProvider.System);
        var customers = CustomerDirectoryBuilder.Handler(store, tables, new CurrentObjectsFake());
        var invoices = new InvoiceEventHandler(new CustomerInvoiceStore(tables, TimeProvider.System), new CurrentObjectsFake());
        foreach (var number in Enumerable.Range(1, Count))
        {
            await ApplyAsync(customers, StripeEventBuilder.Customer(number == Count ? "customer.deleted" : "customer.created", "evt_1", StripeEventBuilder.Time, $"name{number}", $"cus_{number}"));
        }

        foreach (var number in Enumerable.Range(1, 5))
        {
            await ApplyAsync(invoices, StripeEventBuilder.Invoice("invoice.paid", "evt_2", StripeEventBuilder.Time, "paid", 1250, $"in_{number}", StripeEventBuilder.Time + number));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    private static Task ApplyAsync(IStripeEventHandler handler, StripeEvent one) => handler.ApplyAsync(handler.SubjectOf(one)!, [one], CancellationToken.None);
}

public sealed class CustomersApiTests(CustomersApiFixture fixture) : IClassFixture<CustomersApiFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Customer_ShowsIt()
    {
        var customer = await GetAsync("api/customers/cus_1");

        Assert.Equal("cus_1", customer.GetProperty("stripe_id").GetString());
        Assert.Equal("name1@example.com", customer.GetProperty("email").GetString());
        Assert.Equal("name1", customer.GetProperty("metadata").GetProperty("plan").GetString());
        Assert.Equal("2026-02-02T02:40:00Z", customer.GetProperty("created").GetString());
        Assert.False(customer.GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task Get_DeletedCustomer_SaysSo() => Assert.True((await GetAsync($"api/customers/cus_{CustomersApiFixture.Count}")).GetProperty("deleted").GetBoolean());

    [Theory]
    [InlineData("api/customers/cus_none")]
    [InlineData("api/customers/cus_none/invoices")]
    [InlineData("api/customers/cus_none/connectors")]
    [InlineData("api/customers/%23odd%3F")]
    [InlineData("api/customers/%23odd%3F/invoices")]
    public async Task Get_Unknown_IsNotFound(string path)
    {
        using var response = await fixture.App.Http.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("api/customers?limit=0", "limit")]
    [InlineData("api/customers/cus_1/invoices?cursor=in_1", "cursor")]
    public async Task Get_NotAPage_SaysWhichFieldIsWrong(string path, string field)
    {
        using var response = await fixture.App.Http.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task List_PageByPage_HasEachCustomerOnce()
    {
        var pages = await PagesDriver.PagesAsync(fixture.App.Http, "api/customers?limit=5");

        Assert.Equal([5, 5, 2], pages.Select(page => page.Count));
        Assert.Equal(
            Enumerable.Range(1, CustomersApiFixture.Count).Select(number => $"cus_{number}").Order(StringComparer.Ordinal),
            pages.SelectMany(page => page).Select(customer => customer.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("email=name3@example.com", "cus_3")]
    [InlineData("email=NAME3@Example.com", "cus_3")]
    [InlineData("email=nobody@example.com")]
    [InlineData("name=name1", "cus_1", "cus_10", "cus_11", "cus_12")]
    [InlineData("name=Name1")]
    [InlineData("name=name1&email=name11@example.com", "cus_11")]
    [InlineData("name=o%27name")]
    public async Task List_ByEmailOrName_HasThoseThatMatch(string filter, params string[] expected)
    {
        var pages = await PagesDriver.PagesAsync(fixture.App.Http, $"api/customers?{filter}&limit=2");

        Assert.All(pages, page => Assert.InRange(page.Count, 0, 2));
        Assert.Equal(expected, pages.SelectMany(page => page).Select(customer => customer.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task GetConnectors_CustomerOfStripe_SaysWhereItIs()
    {
        var systems = (await GetAsync("api/customers/cus_1/connectors")).GetProperty("data").EnumerateArray().ToDictionary(one => one.GetProperty("connector").GetString()!);

        Assert.Equal("synced", systems["stripe"].GetProperty("status").GetString());
        Assert.Equal("cus_1", systems["stripe"].GetProperty("id").GetString());
        Assert.Equal("off", systems["salesforce"].GetProperty("status").GetString());
    }

    [Fact]
    public async Task ListInvoices_PageByPage_IsNewestFirst()
    {
        var pages = await PagesDriver.PagesAsync(fixture.App.Http, "api/customers/cus_1/invoices?limit=2");

        Assert.Equal(["in_5", "in_4", "in_3", "in_2", "in_1"], pages.SelectMany(page => page).Select(invoice => invoice.GetProperty("id").GetString()));
        Assert.Equal("""{"amount":1250,"currency":"usd"}""", pages[0][0].GetProperty("amount_paid").GetRawText());
        Assert.Equal("sub_1", pages[0][0].GetProperty("subscription_id").GetString());
    }

    [Fact]
    public async Task ListInvoices_CustomerWithoutAny_IsEmpty() => Assert.Empty((await GetAsync("api/customers/cus_2/invoices")).GetProperty("data").EnumerateArray());

    private Task<JsonElement> GetAsync(string path) => fixture.App.Http.GetFromJsonAsync<JsonElement>(path, Token);
}
