using System.Text.Json.Nodes;
using Azure.Data.Tables;
using BillingFunctions.Connectors.Salesforce;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Tests.Platform.Shadow;

/// <summary>What would write, by a path that does not know of shadow mode, fails loudly.</summary>
public sealed class ShadowGuardTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stripe_AWrite_IsNotSentAndGivenUpAtOnce()
    {
        await using var stripe = await StripeFake.StartAsync(customers: 1);
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        var options = new StripeOptions { ApiKey = "sk_test_guard", ApiBase = stripe.BaseUrl };
        using var clients = new StripeClients(tables, Options.Create(options), Options.Create(new ShadowOptions { Enabled = true }), TimeProvider.System, NullLogger<StripeClients>.Instance);

        foreach (var lane in Enum.GetValues<StripeLane>())
        {
            var customers = clients.For(lane).V1.Customers;
            var read = await customers.ListAsync(cancellationToken: Token);
            var refused = await Assert.ThrowsAsync<ShadowBreachException>(() => customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, cancellationToken: Token));
            await Assert.ThrowsAsync<ShadowBreachException>(() => customers.DeleteAsync(read.Data[0].Id, cancellationToken: Token));

            Assert.Contains("Shadow__Enabled", refused.Message, StringComparison.Ordinal);
            Assert.Equal(FailureKind.Refused, StripeFailure.From(refused, Token)?.Kind);
        }

        Assert.All(stripe.Calls.Latest, call => Assert.StartsWith("GET ", call.Endpoint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Salesforce_AWrite_IsNotSent()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce, ("Shadow__Enabled", "true"));
        var client = driver.Get<SalesforceClient>();

        Assert.Equal(0, await client.CountAsync("SELECT COUNT() FROM Account WHERE Name != null", Token));
        await Assert.ThrowsAsync<ShadowBreachException>(() => client.UpsertAsync("Account", "Billing_Customer_Id__c", [new JsonObject { ["Billing_Customer_Id__c"] = "1", ["Name"] = "Ada" }], Token));
        await Assert.ThrowsAsync<ShadowBreachException>(() => client.DeleteAsync(["001A00000123456IAA"], Token));

        Assert.DoesNotContain(salesforce.Calls.Latest, call => call.Path.Contains("/composite", StringComparison.Ordinal));
    }
}
