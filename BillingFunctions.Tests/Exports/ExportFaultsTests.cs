using System.Net;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Exports;

/// <summary>Calls that fail, customers that go, a key that is refused: every customer is in the file, and none twice.</summary>
public sealed class ExportFaultsTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Export_TenPercentOfCallsFail_EachOnce()
    {
        var customers = new CustomerSeedOptions { Count = 10_000 };
        await using var stripe = await ExportReliabilityTests.StartStripeAsync(customers);
        (stripe.Faults.RateLimitRate, stripe.Faults.ServerErrorRate, stripe.Faults.TimeoutRate) = (0.03, 0.03, 0.01);
        (stripe.Faults.CutBeforeRate, stripe.Faults.CutAfterRate) = (0.015, 0.015);

        // A hundred calls may have none of these by chance.
        stripe.Faults.Plan(Fault.RateLimit);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe);
        var exports = new ExportsDriver(app);

        var id = await exports.StartAsync(ExportReliabilityTests.Request);
        await exports.CompleteAsync(id, TimeSpan.FromMinutes(3));

        (await exports.DownloadAsync(id)).AssertIds(ExportReliabilityTests.Ids(customers));
        Assert.NotEmpty(stripe.Calls.RateLimited);
    }

    [Fact]
    public async Task Export_CustomersOfTheCursorsDeleted_TheOthersEachOnce()
    {
        var customers = new CustomerSeedOptions { Count = 2_000 };
        await using var stripe = await ExportReliabilityTests.StartStripeAsync(customers);

        // So slow that a cursor is known here, and gone, before the page behind it is read.
        stripe.Faults.Latency = TimeSpan.FromSeconds(1.2);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe);
        var exports = new ExportsDriver(app);
        var deleted = new HashSet<string>();

        var id = await exports.StartAsync(ExportReliabilityTests.Request);
        await Poll.UntilAsync(
            async () =>
            {
                var run = await exports.GetAsync(id);
                if (run.GetProperty("cursor").GetString() is { } cursor && deleted.Count < 3 && deleted.Add(cursor))
                {
                    Assert.True(stripe.Customers.Delete(cursor));
                }

                return run;
            },
            run => ExportsDriver.StatusOf(run) == "completed",
            every: TimeSpan.FromMilliseconds(50));

        var ids = (await exports.DownloadAsync(id)).Column("id").ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ExportReliabilityTests.Ids(customers).Except(deleted).Order(StringComparer.Ordinal), ids.Except(deleted).Order(StringComparer.Ordinal));
        Assert.Contains(stripe.Calls.Latest, call => call.Status == 400);
    }

    [Fact]
    public async Task Resume_AfterAFailure_GoesOnFromTheLastPage()
    {
        var customers = new CustomerSeedOptions { Count = 8_000 };
        await using var stripe = await ExportReliabilityTests.StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", "40/1"));
        var exports = new ExportsDriver(app);
        var id = await exports.StartAsync(ExportReliabilityTests.Request);
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
        (await exports.DownloadAsync(id)).AssertIds(ExportReliabilityTests.Ids(customers));
        Assert.InRange(stripe.Calls.Total - before, 1, 80 - pages + 25);
    }
}
