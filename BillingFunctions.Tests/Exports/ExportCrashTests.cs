using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Exports;

/// <summary>An export whose host and worker are killed: it waits for a minute each time, so other tests run beside it.</summary>
public sealed class ExportCrashTests(AzuriteFixture azurite)
{
    /// <summary>The engine hides what the killed process held for a minute, and leases end within half of one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Export_KilledTwice_CarriesOnWithEachOnce()
    {
        var customers = new CustomerSeedOptions { Count = 8_000 };
        await using var stripe = await ExportReliabilityTests.StartStripeAsync(customers);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__RateLimit", "30/1"));
        var exports = new ExportsDriver(app);
        var id = await exports.StartAsync(ExportReliabilityTests.Request);

        for (var kill = 1; kill <= 2; kill++)
        {
            var pages = kill * 25;
            await Poll.UntilAsync(() => exports.GetAsync(id), run => run.GetProperty("pages").GetInt32() >= pages, Patience);
            await app.KillAsync();
            await app.StartAsync();
        }

        await exports.CompleteAsync(id, Patience);
        (await exports.DownloadAsync(id)).AssertIds(ExportReliabilityTests.Ids(customers));
        Assert.InRange(stripe.Calls.Total, 80, 80 + 80);
    }
}
