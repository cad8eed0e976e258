using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>What is known of an organization may be out of date, or what was sent not noted: nothing is billed twice, and nobody is forgotten.</summary>
public sealed class SyncDoubtTests(AzuriteFixture azurite)
{
    private static readonly (string, string)[] Groups = [("Sync__GroupAbove", "10"), ("Sync__RealTimeBelow", "10")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Group_WhoseNoteStorageRefuses_IsNotSentAgainWithOneMoreItem()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1", fake: null, Groups);
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        var items = await driver.AddItemsAsync(invoice, 20);
        driver.Storage.FaultOf = (_, message) => driver.LinesAtStripe().Count > 0 && Text(message.Request.Content).Contains("outbox", StringComparison.Ordinal) ? StorageFault.FailBefore : StorageFault.None;

        await Assert.ThrowsAnyAsync<Exception>(() => driver.DeliverAsync(invoice.OrganizationId));
        driver.Storage.FaultOf = (_, _) => StorageFault.None;
        var more = await driver.AddItemsAsync(invoice, 1);
        await driver.DeliverAsync(invoice.OrganizationId);
        await driver.PlayAsync();

        Assert.All(items.Concat(more), item => Assert.Single(driver.LinesAtStripe()[item.ToString()]));
        Assert.All(await Task.WhenAll(items.Concat(more).Select(driver.ItemAsync)), item => Assert.Equal(SyncStatus.Synced, item.SyncStatus));
    }

    [Fact]
    public async Task Group_OfASenderThatDied_IsNotSentAgainOneByOne()
    {
        var (storage, fake) = (azurite.NewAccount(), new StorageFake());
        await using var dead = await UsageSyncDriver.StartAsync(storage, "1000/1", fake, Groups);
        var invoice = await dead.AddInvoiceAsync();
        await dead.PlayAsync();
        var items = await dead.AddItemsAsync(invoice, 30);
        fake.FaultOf = (_, message) => dead.LinesAtStripe().Count > 0 && message.Request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal) ? StorageFault.FreezeBefore : StorageFault.None;
        _ = dead.DeliverAsync(invoice.OrganizationId);
        await fake.Frozen;

        await using var alive = await UsageSyncDriver.AttachAsync(storage, dead.Stripe, dead.Clock, new StorageFake(), ("Stripe__RateLimit", "1000/1"), ("Sync__Mode", "realtime"));
        dead.Clock.Advance(TimeSpan.FromMinutes(3));
        dead.Stripe.Faults.PlanFor("/lines", Fault.RateLimit);
        await alive.Get<SyncSweeper>().SweepAsync(Token);
        await alive.PlayAsync();

        Assert.All(items, item => Assert.Single(dead.LinesAtStripe()[item.ToString()]));
        Assert.All(await Task.WhenAll(items.Select(alive.ItemAsync)), item => Assert.Equal(SyncStatus.Synced, item.SyncStatus));
    }

    [Fact]
    public async Task Message_ThatGoesToAnInstanceWhichKnewTheOutboxEmpty_IsNotDropped()
    {
        var storage = azurite.NewAccount();
        await using var first = await UsageSyncDriver.StartAsync(storage, "1000/1");
        var invoice = await first.AddInvoiceAsync();
        await first.PlayAsync();
        await using var second = await UsageSyncDriver.AttachAsync(storage, first.Stripe, first.Clock, new StorageFake(), ("Stripe__RateLimit", "1000/1"));
        var item = Assert.Single(await second.AddItemsAsync(invoice, 1));

        await first.DeliverAsync(invoice.OrganizationId);

        Assert.Equal(SyncStatus.Synced, (await second.ItemAsync(item)).SyncStatus);
    }

    [Fact]
    public async Task Item_WhoseCommitIsNotAnsweredWhileAnotherComes_IsThereOnce()
    {
        var storage = azurite.NewAccount();
        var (fake, isLost) = (new StorageFake(Azure.Core.HttpPipelinePosition.PerRetry), 0);
        await using var driver = await UsageSyncDriver.StartAsync(storage, "1000/1", fake);
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        await using var other = await UsageSyncDriver.AttachAsync(storage, driver.Stripe, driver.Clock, new StorageFake(), ("Stripe__RateLimit", "1000/1"));
        await other.AddItemsAsync(invoice, 1);
        await driver.PlayAsync();
        fake.FaultOf = (_, message) => message.Request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal) && Interlocked.Increment(ref isLost) == 1 ? StorageFault.FailAfter : StorageFault.None;

        var adding = driver.AddItemsAsync(invoice, 1);
        await Poll.UntilAsync(() => Task.FromResult(Volatile.Read(ref isLost)), lost => lost > 0);
        await other.AddItemsAsync(invoice, 1);
        var item = Assert.Single(await adding);
        await driver.PlayAsync();

        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
        Assert.Equal(3, driver.LinesAtStripe().Count);
        Assert.Equal(0, (await driver.HeadAsync(invoice)).Open);
    }

    [Fact]
    public async Task Repeat_AcrossTheCloseOfTheMonth_GetsTheItemThatWasAdded()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        var invoice = await driver.AddInvoiceAsync();
        var line = new InvoiceLine(100, "Usage", null, null, driver.Clock.GetUtcNow());
        var request = new NewItem(UsageKey.New(driver.Clock.GetUtcNow()), new ItemFields(invoice, line, null, IsLateAllowed: true), MayExist: true);

        var first = await driver.Get<AddItems>().AddAsync(request);
        driver.Clock.Advance(TimeSpan.FromDays(20));
        var repeated = await driver.Get<AddItems>().AddAsync(request);
        var late = request with { Key = UsageKey.New(driver.Clock.GetUtcNow()) };
        var moved = await driver.Get<AddItems>().AddAsync(late);
        driver.Clock.Advance(TimeSpan.FromDays(31));
        var movedAgain = await driver.Get<AddItems>().AddAsync(late);

        Assert.Equal(first.Row!.RowKey, repeated.Row!.RowKey);
        Assert.NotEqual(first.Row.RowKey, moved.Row!.RowKey);
        Assert.Equal(moved.Row.RowKey, movedAgain.Row!.RowKey);
    }

    [Fact]
    public async Task Group_WhoseDraftIsRefused_IsGivenUpWithOneCall()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1", fake: null, Groups);
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        driver.Stripe.Faults.FailAlways("POST /v1/invoices", Fault.Refused);

        var items = await driver.AddItemsAsync(invoice, 40);
        await driver.PlayAsync();

        Assert.Equal(1, driver.Stripe.Calls.Count("POST /v1/invoices"));
        Assert.All(await Task.WhenAll(items.Select(driver.ItemAsync)), item => Assert.Equal(SyncStatus.Canceled, item.SyncStatus));
    }

    [Fact]
    public async Task Item_ChangedWhileItsAnswerIsLost_HasItsNewTextAtStripe()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        var item = Assert.Single(await driver.AddItemsAsync(invoice, 1));
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.CutAfter);
        await driver.DeliverAsync(invoice.OrganizationId);

        await driver.Get<ChangeItem>().ReplaceAsync(item, new Microsoft.AspNetCore.Http.DefaultHttpContext { Request = { Method = "PATCH" } }.Request, System.Text.Json.JsonElement.Parse("""{ "description": "New" }"""), Token);
        await driver.PlayAsync();

        Assert.Equal("New", driver.LinesAtStripe()[item.ToString()].Single().Description);
    }

    [Fact]
    public async Task Sender_WhoseStepTakesMinutes_KeepsItsLease()
    {
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1");
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        await driver.AddItemsAsync(invoice, 1);
        var lease = await driver.Get<BillingFunctions.UsageBilling.Sync.Sending.SenderLeases>().TakeAsync(invoice.OrganizationId, Token);
        using var run = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var keeping = driver.Get<BillingFunctions.UsageBilling.Sync.Sending.SenderLeases>().KeepAsync(lease!, run);

        for (var tick = 0; tick < 6; tick++)
        {
            var until = (await driver.HeadAsync(invoice)).LeasedUntil;
            driver.Clock.Advance(TimeSpan.FromSeconds(20));
            await Poll.UntilAsync(() => driver.HeadAsync(invoice), head => head.LeasedUntil > until, TimeSpan.FromSeconds(20));
        }

        await run.CancelAsync();
        await keeping;
        Assert.Equal(lease!.Id, (await driver.HeadAsync(invoice)).LeaseId);
    }

    private static string Text(Azure.Core.RequestContent? content)
    {
        using var text = new MemoryStream();
        content?.WriteTo(text, Token);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
