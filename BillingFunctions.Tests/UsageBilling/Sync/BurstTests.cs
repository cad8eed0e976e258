using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>Many items at once, under a limit of 95 calls a minute.</summary>
public sealed class BurstTests(AzuriteFixture azurite)
{
    private const int Organizations = 20;
    private const int ItemsEach = 500;

    [Fact]
    public async Task Burst_OfTenThousandItems_GoesInGroupsWithinTheLimit()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount());
        var invoices = await Task.WhenAll(Enumerable.Range(0, Organizations).Select(number => driver.AddInvoiceAsync($"Organization {number}")));
        await driver.PlayAsync();
        var began = driver.Clock.GetUtcNow();
        var (modes, waits) = (new List<SyncMode>(), new List<TimeSpan>());

        var added = (await Task.WhenAll(invoices.Select(invoice => driver.AddItemsAsync(invoice, ItemsEach)))).SelectMany(items => items).ToList();
        await driver.PlayAsync(async () =>
        {
            modes.Add((await driver.Get<SyncMonitor>().CurrentAsync(TestContext.Current.CancellationToken)).Mode);
            waits.AddRange(Enumerable.Repeat(driver.Clock.GetUtcNow() - began, driver.LinesAtStripe().Count - waits.Count));
        });
        await driver.AddItemsAsync(invoices[0], 1);
        await driver.PlayAsync(async () => modes.Add((await driver.Get<SyncMonitor>().RecountAsync(TestContext.Current.CancellationToken)).Mode));

        var (lines, calls) = (driver.LinesAtStripe(), driver.Stripe.Calls);
        var writes = calls.Count("/add_lines") + calls.Count("POST /v1/invoices");
        TestContext.Current.SendDiagnosticMessage(
            $"{writes} add_lines and invoice calls, {calls.Count("/lines")} list calls, {calls.MostInAnyMinute()} in the fullest minute; "
            + $"time to Stripe p50 {waits[waits.Count / 2]}, max {waits[^1]}");
        Assert.Contains(SyncMode.Batched, modes);
        Assert.Equal(SyncMode.Realtime, modes[^1]);
        Assert.InRange(writes, 1, 300);
        Assert.InRange(calls.MostInAnyMinute(), 1, 95);
        Assert.Empty(calls.RateLimited);
        Assert.All(added, item => Assert.Single(lines[item.ToString()]));
        Assert.Equal(Organizations * ItemsEach * (ItemsEach + 1L) / 2, added.Sum(item => lines[item.ToString()].Single().Amount));
    }
}
