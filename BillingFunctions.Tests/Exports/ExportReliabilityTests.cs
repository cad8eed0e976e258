using System.Net.Http.Headers;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Exports;

/// <summary>Whatever goes wrong: every customer in the file, and none twice.</summary>
[Collection(nameof(Alone))]
public sealed class ExportReliabilityTests(AzuriteFixture azurite)
{
    internal static readonly object Request = new { target_directory = "exports", fields = new[] { "id", "created", "name", "metadata.plan" } };

    [Fact]
    public async Task Export_TwentyFiveThousand_EachOnceSortedAndHashed()
    {
        var customers = new CustomerSeedOptions { Count = 25_000, Burst = 3 };
        await using var stripe = await StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe);
        var exports = new ExportsDriver(app);

        var id = await exports.StartAsync(Request);
        await exports.CompleteAsync(id);

        (await exports.DownloadAsync(id)).AssertIds(Ids(customers));
        Assert.Empty(stripe.Calls.RateLimited);
    }

    [Fact]
    public async Task Export_CustomersCreatedMeanwhile_AreNotInItAndDisturbNothing()
    {
        var customers = new CustomerSeedOptions { Count = 3_000 };
        await using var stripe = await StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", "15/1"));
        var exports = new ExportsDriver(app);
        using var account = Account(stripe);

        var id = await exports.StartAsync(Request);
        var created = 0;
        await Poll.UntilAsync(
            async () =>
            {
                (await account.PostAsync("/v1/customers", new FormUrlEncodedContent([new("name", $"New {created++}")]))).EnsureSuccessStatusCode();
                return await exports.GetAsync(id);
            },
            run => ExportsDriver.StatusOf(run) == "completed");

        Assert.True(created > 5);
        (await exports.DownloadAsync(id)).AssertIds(Ids(customers));
    }

    [Fact]
    public async Task Export_TwoAtOnceWithDefaultLimits_AreNeverTurnedAway()
    {
        var customers = new CustomerSeedOptions { Count = 4_000 };
        var limit = new RateLimit(25, TimeSpan.FromSeconds(1));
        await using var stripe = await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { Customers = customers, AccountLimit = limit, EndpointLimit = limit }, TestContext.Current.CancellationToken);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", ""), ("Stripe__EndpointRateLimit", ""));
        var exports = new ExportsDriver(app);

        var first = await exports.StartAsync(Request);
        var second = await exports.StartAsync(Request);
        await Task.WhenAll(exports.CompleteAsync(first), exports.CompleteAsync(second));

        (await exports.DownloadAsync(first)).AssertIds(Ids(customers));
        (await exports.DownloadAsync(second)).AssertIds(Ids(customers));
        Assert.Empty(stripe.Calls.RateLimited);
        Assert.InRange(stripe.Calls.MostInAnyWindow(limit.Per), 15, 25);
    }

    internal static Task<StripeSimulator> StartStripeAsync(CustomerSeedOptions customers) => StripeSimulator.StartAsync(
        new StripeSimulatorOptions { Customers = customers, AccountLimit = null, EndpointLimit = null }, TestContext.Current.CancellationToken);

    internal static IEnumerable<string> Ids(CustomerSeedOptions options)
    {
        var seed = new CustomerSeed(options);
        return Enumerable.Range(0, options.Count).Select(number => seed.Build(number).Id);
    }

    internal static HttpClient Account(StripeSimulator stripe) => new()
    {
        BaseAddress = new Uri(stripe.BaseUrl),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_someone") },
    };
}
