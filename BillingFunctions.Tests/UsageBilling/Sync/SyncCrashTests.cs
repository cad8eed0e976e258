using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>A process that dies at the worst moment; another one goes on from what is stored.</summary>
public sealed class SyncCrashTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Item_WhoseProcessDiesBeforeItsMessage_IsSentByTheSweeper()
    {
        var (storage, fake) = (azurite.NewAccount(), new StorageFake());
        await using var dead = await UsageSyncDriver.StartAsync(storage, "1000/1", fake);
        var invoice = await dead.AddInvoiceAsync();
        await dead.PlayAsync();
        fake.FaultOf = (_, message) => message.Request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal) ? StorageFault.FreezeBefore : StorageFault.None;

        _ = dead.AddItemsAsync(invoice, 3);
        await fake.Frozen;
        await using var alive = await AttachAsync(storage, dead);
        dead.Clock.Advance(TimeSpan.FromMinutes(3));
        var swept = await alive.Get<SyncSweeper>().SweepAsync(Token);
        await alive.PlayAsync();

        Assert.Equal(1, swept);
        Assert.All(dead.LinesAtStripe(), lines => Assert.Single(lines));
        Assert.Equal(dead.LinesAtStripe().Count, await CountItemsAsync(alive, invoice));
        Assert.NotEmpty(dead.LinesAtStripe());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task Items_WhoseProcessDiesAfterStripeHasThem_AreNotSentAgain(int count)
    {
        var (storage, fake) = (azurite.NewAccount(), new StorageFake());
        await using var dead = await UsageSyncDriver.StartAsync(storage, "1000/1", fake, ("Sync__GroupAbove", "10"), ("Sync__RealTimeBelow", "10"));
        var invoice = await dead.AddInvoiceAsync();
        await dead.PlayAsync();
        var items = await dead.AddItemsAsync(invoice, count);
        fake.FaultOf = (_, message) => dead.LinesAtStripe().Count > 0 && message.Request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal) ? StorageFault.FreezeBefore : StorageFault.None;

        _ = dead.DeliverAsync(invoice.OrganizationId);
        await fake.Frozen;
        await using var alive = await AttachAsync(storage, dead);
        await alive.DeliverAsync(invoice.OrganizationId);
        Assert.NotEqual(SyncStatus.Synced, (await alive.ItemAsync(items[0])).SyncStatus);
        dead.Clock.Advance(TimeSpan.FromMinutes(3));
        await alive.Get<SyncSweeper>().SweepAsync(Token);
        await alive.PlayAsync();

        Assert.All(items, item => Assert.Single(dead.LinesAtStripe()[item.ToString()]));
        Assert.All(await Task.WhenAll(items.Select(alive.ItemAsync)), item => Assert.Equal((SyncStatus.Synced, true), (item.SyncStatus, item.Sent?.LineId is not null)));
        Assert.Equal(1, dead.Stripe.Calls.Count("POST /v1/invoices"));
    }

    [Fact]
    public async Task Draft_WhoseProcessDiesAfterStripeHasIt_IsFoundAgain()
    {
        var (storage, fake) = (azurite.NewAccount(), new StorageFake());
        await using var dead = await UsageSyncDriver.StartAsync(storage, "1000/1", fake);
        var invoice = await dead.AddInvoiceAsync();
        fake.FaultOf = (_, message) => dead.Stripe.Invoices.All.Count > 0 && message.Request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal) ? StorageFault.FreezeBefore : StorageFault.None;
        var item = Assert.Single(await dead.AddItemsAsync(invoice, 1));

        _ = dead.DeliverAsync(invoice.OrganizationId);
        await fake.Frozen;
        await using var alive = await AttachAsync(storage, dead);
        dead.Clock.Advance(TimeSpan.FromMinutes(3));
        await alive.Get<SyncSweeper>().SweepAsync(Token);
        await alive.PlayAsync();

        Assert.Single(dead.Stripe.Invoices.All);
        Assert.Equal(1, dead.Stripe.CustomerCount);
        Assert.Single(dead.LinesAtStripe()[item.ToString()]);
    }

    [Theory]
    [InlineData(Fault.CutAfter)]
    [InlineData(Fault.ServerError)]
    public async Task CustomerAndDraft_WhoseAnswersAreLost_AreMadeOnce(Fault fault)
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        driver.Stripe.Faults.PlanFor("POST /v1/customers", fault);
        driver.Stripe.Faults.PlanFor("POST /v1/invoices", fault);

        var item = Assert.Single(await driver.AddItemsAsync(await driver.AddInvoiceAsync(), 1));
        await driver.PlayAsync();

        Assert.Equal((1, 1), (driver.Stripe.CustomerCount, driver.Stripe.Invoices.All.Count));
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
    }

    [Fact]
    public async Task Item_DeletedWhileItIsSent_IsTakenBack()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        var item = Assert.Single(await driver.AddItemsAsync(invoice, 1));
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.CutAfter);
        await driver.DeliverAsync(invoice.OrganizationId);

        var refusal = await driver.Get<ChangeItem>().DeleteAsync(item, new Microsoft.AspNetCore.Http.DefaultHttpContext().Request, Token);
        await driver.PlayAsync();

        Assert.Null(refusal);
        Assert.Empty(driver.LinesAtStripe());
        Assert.Null(await driver.Ledger.FindAsync(invoice.OrganizationId, UsageKeys.Of(item), Token));
    }

    [Fact]
    public async Task Pending_WhenAnItemComesWhileTheLastIsCleared_IsNotForgotten()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        var invoices = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => driver.AddInvoiceAsync($"{number}")));

        var adding = Task.WhenAll(invoices.Select(async invoice =>
        {
            var items = new List<ItemId>();
            for (var number = 0; number < 25; number++)
            {
                items.AddRange(await driver.AddItemsAsync(invoice, 1));
            }

            return items;
        }));
        while (!adding.IsCompleted)
        {
            await Task.WhenAll(invoices.Select(invoice => driver.DeliverAsync(invoice.OrganizationId)));
        }

        await driver.PlayAsync();

        Assert.All((await adding).SelectMany(items => items), item => Assert.Single(driver.LinesAtStripe()[item.ToString()]));
    }

    private static Task<UsageSyncDriver> AttachAsync(string storage, UsageSyncDriver dead) => UsageSyncDriver.AttachAsync(
        storage, dead.Stripe, dead.Clock, new StorageFake(), ("Stripe__RateLimit", "1000/1"), ("Sync__GroupAbove", "10"), ("Sync__RealTimeBelow", "10"));

    private static async Task<int> CountItemsAsync(UsageSyncDriver driver, InvoiceId invoice) =>
        await driver.Ledger.ListAsync(invoice.OrganizationId, UsageKeys.ItemsOf(invoice), after: null, Token).CountAsync(Token);
}
