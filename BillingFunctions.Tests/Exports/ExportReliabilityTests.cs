using System.Net;
using System.Net.Http.Headers;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Faults;
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
    public async Task Export_TenPercentOfCallsFail_EachOnce()
    {
        var customers = new CustomerSeedOptions { Count = 10_000 };
        await using var stripe = await StartStripeAsync(customers);
        (stripe.Faults.RateLimitRate, stripe.Faults.ServerErrorRate, stripe.Faults.TimeoutRate) = (0.03, 0.03, 0.01);
        (stripe.Faults.CutBeforeRate, stripe.Faults.CutAfterRate) = (0.015, 0.015);

        // A hundred calls may have none of these by chance.
        stripe.Faults.Plan(Fault.RateLimit);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe);
        var exports = new ExportsDriver(app);

        var id = await exports.StartAsync(Request);
        await exports.CompleteAsync(id, TimeSpan.FromMinutes(3));

        (await exports.DownloadAsync(id)).AssertIds(Ids(customers));
        Assert.NotEmpty(stripe.Calls.RateLimited);
    }

    [Fact]
    public async Task Export_CustomersOfTheCursorsDeleted_TheOthersEachOnce()
    {
        var customers = new CustomerSeedOptions { Count = 4_000 };
        await using var stripe = await StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", "15/1"));
        var exports = new ExportsDriver(app);
        using var account = Account(stripe);
        var deleted = new HashSet<string>();

        var id = await exports.StartAsync(Request);
        await Poll.UntilAsync(
            async () =>
            {
                var run = await exports.GetAsync(id);
                if (run.GetProperty("cursor").GetString() is { } cursor && deleted.Count < 8 && deleted.Add(cursor))
                {
                    (await account.DeleteAsync($"/v1/customers/{cursor}")).EnsureSuccessStatusCode();
                }

                return run;
            },
            run => ExportsDriver.StatusOf(run) == "completed");

        var ids = (await exports.DownloadAsync(id)).Column("id").ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(Ids(customers).Except(deleted).Order(StringComparer.Ordinal), ids.Except(deleted).Order(StringComparer.Ordinal));
        Assert.Contains(stripe.Calls.Latest, call => call.Status == 400);
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

    [Fact]
    public async Task Resume_AfterAFailure_GoesOnFromTheLastPage()
    {
        var customers = new CustomerSeedOptions { Count = 8_000 };
        await using var stripe = await StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", "40/1"));
        var exports = new ExportsDriver(app);
        var id = await exports.StartAsync(Request);
        await Poll.UntilAsync(() => exports.GetAsync(id), run => run.GetProperty("pages").GetInt32() >= 40);

        stripe.Keys.Accepted = ["sk_test_another"];
        var failed = await exports.EndAsync(id);
        var pages = failed.GetProperty("pages").GetInt32();
        var before = stripe.Calls.Total;
        stripe.Keys.Accepted = null;

        // Its orchestration may need a moment more to end.
        using var resumed = await Poll.UntilAsync(() => app.Http.PostAsync($"api/exports/{id}/resume", null), answer => answer.StatusCode != HttpStatusCode.Conflict);

        Assert.Equal(("failed", HttpStatusCode.Accepted), (ExportsDriver.StatusOf(failed), resumed.StatusCode));
        Assert.Contains("401", failed.GetProperty("error").GetString(), StringComparison.Ordinal);
        await exports.CompleteAsync(id);
        (await exports.DownloadAsync(id)).AssertIds(Ids(customers));
        Assert.InRange(stripe.Calls.Total - before, 1, 80 - pages + 25);
    }

    internal static Task<StripeSimulator> StartStripeAsync(CustomerSeedOptions customers) => StripeSimulator.StartAsync(
        new StripeSimulatorOptions { Customers = customers, AccountLimit = null, EndpointLimit = null }, TestContext.Current.CancellationToken);

    internal static IEnumerable<string> Ids(CustomerSeedOptions options)
    {
        var seed = new CustomerSeed(options);
        return Enumerable.Range(0, options.Count).Select(number => seed.Build(number).Id);
    }

    private static HttpClient Account(StripeSimulator stripe) => new()
    {
        BaseAddress = new Uri(stripe.BaseUrl),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_someone") },
    };
}
