using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Runs;

public sealed class AddInvoicesTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CustomersInAllBuckets_AddsEachOnceAndQueuesEachOnce()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        var customers = InvoicingJobsDriver.Customers(250);
        await driver.SeedAsync([.. customers, customers[0] with { Id = "late", FirstBillingMonth = "2026-04" }, customers[0] with { Id = "old", LastIngestedAt = null }]);

        var pages = await driver.AddAsync();

        Assert.Equal((252, 250, 2), (pages.Sum(page => page.Customers), pages.Sum(page => page.Added), pages.Sum(page => page.NotBilled)));
        var invoices = await driver.List.ListAsync(InvoicingJobsDriver.Month, [], null, Token).ToListAsync(Token);
        Assert.Equal(252, invoices.Count);
        Assert.Equal(["late", "old"], invoices.Where(invoice => invoice.Status == InvoiceStatus.NotBilled).Select(invoice => invoice.CustomerId).Order(StringComparer.Ordinal));
        Assert.Equal(customers.Select(customer => customer.Id), (await driver.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.False(pages[^1].More);
        Assert.All(pages, page => Assert.InRange(page.Pace.TotalMilliseconds, 0, 100));
    }

    [Fact]
    public async Task Run_TheSamePageAgain_AddsNothingAndQueuesOnlyWhatIsOpen()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.SeedAsync(InvoicingJobsDriver.Customers(20));
        await driver.AddAsync();
        await driver.TakeAsync(InvoiceLookup.Queue);
        for (var number = 0; number < 15; number++)
        {
            await driver.LookUpAsync($"cus_{number:D5}");
        }

        var before = await driver.List.ListAsync(InvoicingJobsDriver.Month, [], null, Token).ToListAsync(Token);
        var pages = await driver.AddAsync();

        Assert.Equal((20, 0), (pages.Sum(page => page.Customers), pages.Sum(page => page.Added)));
        Assert.Equal(Enumerable.Range(15, 5).Select(number => $"cus_{number:D5}"), (await driver.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.Equal(before, await driver.List.ListAsync(InvoicingJobsDriver.Month, [], null, Token).ToListAsync(Token));
    }

    /// <summary>As when an activity runs twice: the run must not lose count of what it has added.</summary>
    [Fact]
    public async Task Run_ThePageOfTheSameRunTwice_CountsWhatItHasAddedBefore()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.SeedAsync([.. InvoicingJobsDriver.Customers(5), InvoicingJobsDriver.Customers(1)[0] with { Id = "old", LastIngestedAt = null }]);
        var page = new AddInvoices(InvoicingJobsDriver.Month, TimeProvider.System.GetUtcNow(), After: null);

        var first = (await driver.Get<AddInvoicesActivity>().RunAsync(page, Token)).Result;
        var second = (await driver.Get<AddInvoicesActivity>().RunAsync(page, Token)).Result;

        Assert.Equal((6, 5, 1, false), (first.Customers, first.Added, first.NotBilled, first.More));
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Run_CustomersThatCameLater_AreAddedAlone()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        var customers = InvoicingJobsDriver.Customers(40);
        await driver.SeedAsync([.. customers.Take(30), .. customers.Skip(30).Take(5).Select(customer => customer with { LastIngestedAt = null })]);
        await driver.AddAsync();
        await driver.DeliverLookupsAsync();

        await driver.SeedAsync(customers);
        var pages = await driver.AddAsync();

        Assert.Equal(10, pages.Sum(page => page.Added));
        Assert.Equal(customers.Skip(30).Select(customer => customer.Id), (await driver.TakeAsync(InvoiceLookup.Queue)).Order(StringComparer.Ordinal));
        Assert.Equal(40, (await driver.CountAsync()).Count);
    }

    [Fact]
    public async Task Run_WithoutRoom_WaitsAndNeverQueuesMoreThanAllowed()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), settings: ("Invoicing:MaxQueueDepth", "40"));
        await driver.SeedAsync(InvoicingJobsDriver.Customers(100));

        var full = await driver.AddAsync();
        Assert.InRange(await driver.CountAsync(InvoiceLookup.Queue), 20, 40);
        Assert.Equal((true, 0), (full[^1].More, full[^1].Customers));
        Assert.True(full[^1].Pace > TimeSpan.Zero);
        var seen = full.Sum(page => page.Customers);
        var after = full[^1].After;
        while (seen < 100)
        {
            await driver.TakeAsync(InvoiceLookup.Queue);
            var page = (await driver.Get<AddInvoicesActivity>().RunAsync(new AddInvoices(InvoicingJobsDriver.Month, TimeProvider.System.GetUtcNow(), after), Token)).Result;
            Assert.InRange(await driver.CountAsync(InvoiceLookup.Queue), 1, 40);
            (seen, after) = (seen + page.Customers, page.After);
        }

        Assert.Equal(100, (await driver.CountAsync()).Count);
    }

    [Fact]
    public async Task Run_Twice_AtTheSameTime_AddsEachOnce()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.SeedAsync(InvoicingJobsDriver.Customers(90));

        var runs = await Task.WhenAll(driver.AddAsync(), driver.AddAsync());

        Assert.Equal(90, (await driver.CountAsync()).Count);
        Assert.Equal([90, 90], runs.Select(pages => pages.Sum(page => page.Added)));
    }
}
