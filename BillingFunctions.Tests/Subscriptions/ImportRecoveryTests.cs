using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Subscriptions.Importing;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Subscriptions;

/// <summary>Imports and fetches that were cut off or have failed are carried on with.</summary>
public sealed class ImportRecoveryTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_ThatHasFailed_IsCarriedOnWithWhenItsFailedJobIsRetried()
    {
        await using var stripe = await StripeAnswersFake.StartAsync((200, """{ "object": "list", "url": "/v1/subscriptions", "has_more": false, "data": [] }"""));
        var storage = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(storage);
        using var clients = await ClientsAsync(storage, stripe);
        var service = new TableServiceClient(storage);
        await service.CreateTableIfNotExistsAsync(RunTable.Name, Token);
        var store = new RunStore<SubscriptionImport>(service);
        var failed = new SubscriptionImport
        {
            Id = RunId.New<SubscriptionImport>(TimeProvider.System.GetUtcNow()),
            Compare = false,
            RequestedBy = "test",
            StartedAt = TimeProvider.System.GetUtcNow(),
            Status = ImportStatus.Failed,
            Error = "Stripe did not answer in time.",
        };
        await store.SaveAsync(failed, Token);
        var failedJobs = new FailedJobStore(service, TimeProvider.System);
        var functions = new CarryOnImportFunctions(
            store,
            new StripeSubscriptions(clients, TimeProvider.System),
            tables.Subscriptions,
            tables.Handler,
            new ImportQueue(new QueueServiceClient(storage)),
            failedJobs,
            new PoisonMessages(failedJobs),
            Options.Create(new SubscriptionsOptions()),
            TimeProvider.System);

        await functions.RunAsync(failed.Id, Token);

        var carriedOn = await store.FindAsync(failed.Id, Token);
        Assert.Equal((ImportStatus.Completed, null), (carriedOn!.Status, carriedOn.Error));
    }

    [Fact]
    public async Task Fetch_DiedBeforeTheCustomer_IsMendedWhenTheMessageComesAgain()
    {
        await using var stripe = await StripeAnswersFake.StartAsync((500, "{}"));
        var storage = azurite.NewAccount();
        using var tables = await SubscriptionsDriver.OpenAsync(storage);
        using var clients = await ClientsAsync(storage, stripe);
        var snapshot = SubscriptionLifeBuilder.Event("snapshot_1", SubscriptionEvent.Snapshot, SubscriptionLifeBuilder.Start, "active") with { IsInvoicePaid = true };
        await tables.Subscriptions.AddAsync("sub_1", [snapshot], Token);
        Assert.Empty((await tables.Customers.FindAsync("cus_1", Token)).Subscriptions);
        var failedJobs = new FailedJobStore(new TableServiceClient(storage), TimeProvider.System);
        var functions = new FetchSubscriptionFunctions(
            tables.Subscriptions,
            new StripeSubscriptions(clients, TimeProvider.System),
            tables.Handler,
            new SubscriptionFetches(new QueueServiceClient(storage)),
            failedJobs,
            new PoisonMessages(failedJobs),
            TimeProvider.System,
            NullLogger<FetchSubscriptionFunctions>.Instance);

        await functions.RunAsync(new SubscriptionToFetch("sub_1"), Token);

        Assert.Equal(SubscriptionStatus.Paid, Assert.Single((await tables.Customers.FindAsync("cus_1", Token)).Subscriptions).Access.Status);
    }

    private static async Task<StripeClients> ClientsAsync(string storage, StripeAnswersFake stripe)
    {
        var tables = new TableServiceClient(storage);
        await tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        var options = new StripeOptions { ApiKey = "sk_test_import", ApiBase = stripe.Url, RateLimit = "1000/1", EndpointRateLimit = "1000/1" };
        return new StripeClients(tables, Options.Create(options), Options.Create(new ShadowOptions()), TimeProvider.System, NullLogger<StripeClients>.Instance);
    }
}
