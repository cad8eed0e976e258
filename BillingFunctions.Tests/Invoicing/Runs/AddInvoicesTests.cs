using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Runs;

public sealed class AddInvoicesTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CustomersInAllBuckets_AddsEachOnceAndQueuesEachOnce()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        var customers = InvoicingRig.Customers(250);
        await rig.SeedAsync([.. customers, customers[0] with { Id = "late", FirstBillingMonth = "2026-04" }, customers[0] with { Id = "old", LastIngestedAt = null }]);

        var pages = await rig.AddAsync();

        Assert.Equal((252, 250, 2), (pages.Sum(page => page.Customers), pages.Sum(page => page.Added), pages.Sum(page => page.NotBilled)));
        var invoices = await rig.Store.ListAsync(InvoicingRig.Month, [], null, Token).ToListAsync(Token);
        Assert.Equal(252, invoices.Count);
        Assert.Equal(["late", "old"], invoices.Where(invoice => invoice.Status == InvoiceStatus.NotBilled).Select(invoice => invoice.CustomerId).Order(StringComparer.Ordinal));
        Assert.Equal(customers.Select(customer => customer.Id), (await rig.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.False(pages[^1].More);
        Assert.All(pages, page => Assert.InRange(page.Pace.TotalMilliseconds, 0, 100));
    }

    [Fact]
    public async Task Run_TheSamePageAgain_AddsNothingAndQueuesOnlyWhatIsOpen()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.SeedAsync(InvoicingRig.Customers(20));
        await rig.AddAsync();
        await rig.TakeAsync(InvoiceLookup.Queue);
        for (var number = 0; number < 15; number++)
        {
            await rig.LookUpAsync($"cus_{number:D5}");
        }

        var before = await rig.Store.ListAsync(InvoicingRig.Month, [], null, Token).ToListAsync(Token);
        var pages = await rig.AddAsync();

        Assert.Equal((20, 0), (pages.Sum(page => page.Customers), pages.Sum(page => page.Added)));
        Assert.Equal(Enumerable.Range(15, 5).Select(number => $"cus_{number:D5}"), (await rig.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.Equal(before, await rig.Store.ListAsync(InvoicingRig.Month, [], null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Run_CustomersThatCameLater_AreAddedAlone()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        var customers = InvoicingRig.Customers(40);
        await rig.SeedAsync([.. customers.Take(30), .. customers.Skip(30).Take(5).Select(customer => customer with { LastIngestedAt = null })]);
        await rig.AddAsync();
        await rig.DeliverLookupsAsync();

        await rig.SeedAsync(customers);
        var pages = await rig.AddAsync();

        Assert.Equal(10, pages.Sum(page => page.Added));
        Assert.Equal(customers.Skip(30).Select(customer => customer.Id), (await rig.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.Equal(40, (await rig.CheckAsync()).Count);
    }

    [Fact]
    public async Task Run_WithoutRoom_WaitsAndNeverQueuesMoreThanAllowed()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite, settings: ("Invoicing:MaxQueueDepth", "40"));
        await rig.SeedAsync(InvoicingRig.Customers(100));

        var full = await rig.AddAsync();
        Assert.InRange(await rig.CountAsync(InvoiceLookup.Queue), 20, 40);
        Assert.Equal((true, 0), (full[^1].More, full[^1].Customers));
        Assert.True(full[^1].Pace > TimeSpan.Zero);
        var seen = full.Sum(page => page.Customers);
        var after = full[^1].After;
        while (seen < 100)
        {
            await rig.TakeAsync(InvoiceLookup.Queue);
            var page = (await rig.Get<AddInvoicesActivity>().RunAsync(new AddInvoices(InvoicingRig.Month, TimeProvider.System.GetUtcNow(), after), Token)).Result;
            Assert.InRange(await rig.CountAsync(InvoiceLookup.Queue), 1, 40);
            (seen, after) = (seen + page.Customers, page.After);
        }

        Assert.Equal(100, (await rig.CheckAsync()).Count);
    }

    [Fact]
    public async Task Run_Twice_AtTheSameTime_AddsEachOnce()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.SeedAsync(InvoicingRig.Customers(90));

        var runs = await Task.WhenAll(rig.AddAsync(), rig.AddAsync());

        Assert.Equal(90, (await rig.CheckAsync()).Count);
        Assert.Equal([90, 90], runs.Select(pages => pages.Sum(page => page.Added)));
    }
}
