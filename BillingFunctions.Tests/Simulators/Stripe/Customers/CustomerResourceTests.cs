using System.Net;
using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Customers;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Customers;

public sealed class CustomerResourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_AllFields_RoundTrips()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(time: clock);
        var customers = simulator.Customers();

        var made = await customers.CreateAsync(
            new CustomerCreateOptions
            {
                Name = "Smith, \"J\"\nß=1",
                Email = "a+b@example.com",
                Phone = "+1 2",
                Description = "d",
                Balance = -7,
                Address = new AddressOptions { City = "Köln", Country = "DE" },
                Shipping = new ShippingOptions { Name = "S", Address = new AddressOptions { Line1 = "1" } },
                Metadata = new() { ["plan"] = "pro" },
                PreferredLocales = ["de", "fr"],
                TaxExempt = "reverse",
                InvoiceSettings = new CustomerInvoiceSettingsOptions { Footer = "F" },
            },
            cancellationToken: Token);
        var read = await customers.GetAsync(made.Id, cancellationToken: Token);

        Assert.Equal(made.ToJson(), read.ToJson());
        Assert.Equal(("Smith, \"J\"\nß=1", "a+b@example.com", -7L, "reverse"), (read.Name, read.Email, read.Balance, read.TaxExempt));
        Assert.Equal(("Köln", "1", "pro", "F"), (read.Address!.City, read.Shipping!.Address!.Line1, read.Metadata!["plan"], read.InvoiceSettings!.Footer));
        Assert.Equal(["de", "fr"], read.PreferredLocales);
        Assert.Equal(clock.GetUtcNow().UtcDateTime, read.Created);
        Assert.Equal(JsonValueKind.Null, read.RawJsonElement!.Value.GetProperty("default_source").ValueKind);
    }

    [Fact]
    public async Task Update_PartOfIt_KeepsMergesAndClears()
    {
        await using var simulator = await StartAsync(3);
        var customers = simulator.Customers();
        var id = new CustomerNumber(1, IsSeeded: true).ToId();
        var before = await customers.GetAsync(id, cancellationToken: Token);

        var after = await customers.UpdateAsync(
            id,
            new CustomerUpdateOptions { Name = "New", Phone = "", Address = null, Metadata = new() { ["plan"] = "", ["extra"] = "1" } },
            cancellationToken: Token);

        Assert.Equal(("New", null, null), (after.Name, after.Phone, after.Address));
        Assert.Equal((before.Email, before.Created), (after.Email, after.Created));
        Assert.Equal(["account", "extra"], after.Metadata!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(after.ToJson(), (await customers.GetAsync(id, cancellationToken: Token)).ToJson());
        Assert.Empty((await customers.UpdateAsync(id, new CustomerUpdateOptions { Metadata = null }, cancellationToken: Token)).Metadata!);
    }

    [Fact]
    public async Task Delete_ThenRetrieve_TellsDeletedOnly()
    {
        await using var simulator = await StartAsync(3);
        var customers = simulator.Customers();
        var id = new CustomerNumber(1, IsSeeded: true).ToId();

        var deleted = await customers.DeleteAsync(id, cancellationToken: Token);
        var read = await customers.GetAsync(id, cancellationToken: Token);

        Assert.True(deleted.Deleted);
        Assert.Equal(["id", "object", "deleted"], read.RawJsonElement!.Value.EnumerateObject().Select(field => field.Name));
        Assert.Equal(HttpStatusCode.NotFound, (await RefusedAsync(() => customers.DeleteAsync(id, cancellationToken: Token))).HttpStatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await RefusedAsync(() => customers.UpdateAsync(id, new CustomerUpdateOptions { Name = "x" }, cancellationToken: Token))).HttpStatusCode);
    }

    [Fact]
    public async Task Retrieve_Unknown_Is404WithRequestId()
    {
        await using var simulator = await StartAsync();

        var refused = await RefusedAsync(() => simulator.Customers().GetAsync("cus_none", cancellationToken: Token));

        Assert.Equal((404, "resource_missing", "id"), ((int)refused.HttpStatusCode, refused.StripeError!.Code, refused.StripeError.Param));
        Assert.StartsWith("req_", refused.StripeResponse!.RequestId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_Wrong_IsRefusedAndMakesNothing()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();
        var unknown = new CustomerCreateOptions();
        unknown.AddExtraParam("colour[dark]", "red");

        await AssertRefusedAsync(new CustomerCreateOptions { Email = "not an address" }, "email", "email_invalid");
        await AssertRefusedAsync(new CustomerCreateOptions { TaxExempt = "maybe" }, "tax_exempt", null);
        await AssertRefusedAsync(new CustomerCreateOptions { Metadata = new() { ["k"] = new string('x', 501) } }, "metadata[k]", null);
        await AssertRefusedAsync(new CustomerCreateOptions { Metadata = new() { ["a[b]"] = "1" } }, "metadata", null);
        await AssertRefusedAsync(unknown, "colour", "parameter_unknown");
        Assert.Equal(0, simulator.CustomerCount);

        async Task AssertRefusedAsync(CustomerCreateOptions options, string param, string? code)
        {
            var refused = await RefusedAsync(() => customers.CreateAsync(options, cancellationToken: Token));
            Assert.Equal((400, param, code), ((int)refused.HttpStatusCode, refused.StripeError!.Param, refused.StripeError.Code));
        }
    }

    [Fact]
    public async Task AnyCall_KeyMissingOrWrong_Is401()
    {
        await using var simulator = await StartAsync(change: options => options with { ApiKeys = ["sk_test_good"] });
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync($"{simulator.BaseUrl}/v1/customers", Token)).StatusCode);
        var refused = await RefusedAsync(() => simulator.Client("sk_test_bad").V1.Customers.ListAsync(cancellationToken: Token));
        Assert.Equal((401, "invalid_request_error"), ((int)refused.HttpStatusCode, refused.StripeError!.Type));
        Assert.DoesNotContain("sk_test_bad", refused.Message, StringComparison.Ordinal);
        Assert.False((await simulator.Client("sk_test_good").V1.Customers.CreateAsync(new(), cancellationToken: Token)).Livemode);
    }

    [Fact]
    public async Task AnyCall_DefaultKeys_TakesWhatLooksLikeOne()
    {
        await using var simulator = await StartAsync(1);

        Assert.True((await simulator.Client("sk_live_1").V1.Customers.ListAsync(cancellationToken: Token)).Data[0].Livemode);
        Assert.False((await simulator.Client("rk_test_1").V1.Customers.ListAsync(cancellationToken: Token)).Data[0].Livemode);
        await RefusedAsync(() => simulator.Client("pk_test_1").V1.Customers.ListAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task UnknownAddress_Is404InStripesShape()
    {
        await using var simulator = await StartAsync();

        var refused = await RefusedAsync(() => simulator.Client().RequestAsync<Customer>(HttpMethod.Get, "/v1/nothing", null, null, Token));

        Assert.Equal((404, "Unrecognized request URL (GET: /v1/nothing)."), ((int)refused.HttpStatusCode, refused.Message));
    }
}
