using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Customers.Events;

public sealed class CurrentObjectsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private StripeSimulator _stripe = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ICurrentObjects Current => _services.GetRequiredService<ICurrentObjects>();

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeFake.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["BillingStorage"] = azurite.NewAccount(),
            ["Stripe:ApiKey"] = "sk_test_current",
            ["Stripe:ApiBase"] = _stripe.BaseUrl,
        };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = services.AddStorage().AddStripe().AddCustomers().BuildServiceProvider();
        await _services.GetRequiredService<TableServiceClient>().CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    [Fact]
    public async Task FindCustomer_OneThatStripeHas_IsAsStripeWritesIt()
    {
        var id = _stripe.Customers.Create("ann", "ann@example.com");

        Assert.Equal("ann@example.com", (await Current.FindCustomerAsync(id, Token))?.GetProperty("email").GetString());
    }

    [Fact]
    public async Task Find_UnknownOrStripeAway_IsNull()
    {
        Assert.Null(await Current.FindCustomerAsync("cus_nobody", Token));
        Assert.Null(await Current.FindInvoiceAsync("in_none", Token));

        var id = _stripe.Customers.Create("ann", "ann@example.com");
        _stripe.Faults.ServerErrorRate = 1;
        Assert.Null(await Current.FindCustomerAsync(id, Token));
    }
}
