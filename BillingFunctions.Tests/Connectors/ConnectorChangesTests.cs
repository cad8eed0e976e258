using BillingFunctions.Connectors;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Connectors;

/// <summary>Changes that meet each other: while one is sent, while a system makes another, and what must not come back.</summary>
public sealed class ConnectorChangesTests(AzuriteFixture azurite)
{
    private static readonly object Ann = new { email = "ann@example.com", name = "Ann" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_WhileTheCreationIsUnderWay_FollowsIt(bool isBefore)
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        var created = await app.CreateAsync("A1", Ann);
        var updated = WhileSending(ledger, isBefore, () => app.UpdateAsync("A1", new { name = "Anna" }));

        await app.PlayAsync();

        Assert.Equal("Anna", Assert.Single(ledger.Open).Content["name"]);
        Assert.Equal([ConnectorAction.Create, ConnectorAction.Update], ledger.Calls.Select(call => call.Action));
        Assert.Equal(("succeeded", "succeeded"), (await app.StatusAsync(created), await app.StatusAsync(await updated)));
        Assert.Null(await app.Outbox.FindAsync("ledger", "A1", Token));
        Assert.Empty(await AuditAsync(app));
    }

    [Fact]
    public async Task Update_WhileAnUpdateThatFailsForGoodIsUnderWay_IsTried()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        ledger.FaultOf = (number, _) => number == 1 ? LedgerFault.Refuse : LedgerFault.None;
        await app.CreateAsync("A1", Ann);
        var updated = WhileSending(ledger, isBefore: true, () => app.UpdateAsync("A1", new { name = "Anna" }));

        await app.PlayAsync();

        Assert.Equal("succeeded", await app.StatusAsync(await updated));
        Assert.Equal("Anna", Assert.Single(ledger.Open).Content["name"]);
        Assert.Empty(await app.FailedJobs.ListAsync(queue: null, after: null, 10, Token));
    }

    /// <summary>The creation is known there by what was sent, whatever the record says by now.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hear_OurOwnWriteBeforeItsAnswerWhileTheRecordHasMovedOn_UndoesNothing(bool isCreation)
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        await app.CreateAsync("A1", Ann);
        if (!isCreation)
        {
            await app.PlayAsync();
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await app.UpdateAsync("A1", new { name = "Annie" });
        }

        ledger.Before = async _ =>
        {
            ledger.Before = _ => Task.CompletedTask;
            await app.UpdateAsync("A1", new { name = "Anna" });
            app.Clock.Advance(TimeSpan.FromSeconds(5));
        };
        ledger.After = async _ =>
        {
            ledger.After = _ => Task.CompletedTask;
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            await app.HearAsync(world.Connector, Assert.Single(ledger.Open).Id);
        };
        await app.PlayAsync();

        Assert.Equal("Anna", (await app.Customers.FindAsync("A1", Token))!.Name);
        Assert.Equal("Anna", Assert.Single(ledger.Open).Content["name"]);
        Assert.Empty(await AuditAsync(app));
    }

    [Fact]
    public async Task Update_ThereAndBackAndThereAgain_EndsThere()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        foreach (var name in new[] { "Anna", "Ann", "Anna" })
        {
            await app.UpdateAsync("A1", new { name });
            await app.PlayAsync();
            Assert.Equal(name, Assert.Single(ledger.Open).Content["name"]);
        }

        Assert.Equal(4, ledger.Calls.Select(call => call.Key).Distinct().Count());
    }

    [Fact]
    public async Task Update_BackBeforeItIsSent_SendsNothing()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        var there = await app.UpdateAsync("A1", new { name = "Anna" });
        var back = await app.UpdateAsync("A1", new { name = "Ann" });
        await app.PlayAsync();

        Assert.Single(ledger.Calls);
        Assert.Equal(("succeeded", "succeeded"), (await app.StatusAsync(there), await app.StatusAsync(back)));
    }

    [Fact]
    public async Task Delete_BeforeAnythingWasSent_SendsNothing()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var app = world.App;
        await app.CreateAsync("A1", Ann);

        var task = await app.DeleteAsync("A1");
        await app.PlayAsync();

        Assert.Empty(world.Ledger.Calls);
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Equal("deleted", (await app.Customers.FindAsync("A1", Token))!.Status);
        Assert.Null(await app.UpdateAsync("A1", new { name = "Anna" }));
        Assert.Null(await app.CreateAsync("A1", new { email = "new@example.com" }));
    }

    /// <summary>The task of the deletion must not be done before the account is gone.</summary>
    [Theory]
    [InlineData(true, LedgerFault.None)]
    [InlineData(false, LedgerFault.None)]
    [InlineData(true, LedgerFault.LoseAnswer)]
    [InlineData(false, LedgerFault.LoseAnswer)]
    internal async Task Delete_BeforeTheCreationWasAnswered_DeletesWhatWasMade(bool isBefore, LedgerFault fault)
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        ledger.FaultOf = (number, _) => number == 1 ? fault : LedgerFault.None;
        await app.CreateAsync("A1", Ann);
        var deleted = WhileSending(ledger, isBefore, async () =>
        {
            var task = await app.DeleteAsync("A1");
            Assert.NotEqual("succeeded", await app.StatusAsync(task));
            return task;
        });

        await app.PlayAsync();

        Assert.Empty(ledger.Open);
        Assert.Equal(2, ledger.Calls.Count);
        Assert.Equal("succeeded", await app.StatusAsync(await deleted));
        Assert.Null(await app.Outbox.FindAsync("ledger", "A1", Token));
    }

    [Fact]
    public async Task Delete_ByARequest_GoesToEachSystemAndKeepsTheContent()
    {
        var (app, first, second) = await StartTwoAsync();
        await using var _ = app;
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        var task = await app.DeleteAsync("A1");
        await app.PlayAsync();

        Assert.Empty(first.Ledger.Open);
        Assert.Empty(second.Ledger.Open);
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Equal(("Ann", "deleted"), (await app.Customers.FindAsync("A1", Token)) is var customer ? (customer!.Name, customer.Status) : default);
        Assert.Empty(await AuditAsync(app));
    }

    [Fact]
    public async Task Delete_InOneSystem_StaysThereAndIsNotMadeAgain()
    {
        var (app, first, second) = await StartTwoAsync();
        await using var _ = app;
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var closed = first.Ledger.Close(Assert.Single(first.Ledger.Open).Id)!;

        await app.HearAsync(first.Connector, closed.Id);
        await app.UpdateAsync("A1", new { name = "Anna" });
        await app.PlayAsync();

        Assert.Empty(first.Ledger.Open);
        Assert.Equal("Anna", Assert.Single(second.Ledger.Open).Content["name"]);
        Assert.Equal("active", (await app.Customers.FindAsync("A1", Token))!.Status);
        Assert.DoesNotContain("first", CustomerView.From((await app.Customers.FindAsync("A1", Token))!).Connectors.Keys);
    }

    [Fact]
    public async Task Delete_OfACustomerThatOnlyStripeHasToldOf_IsSentToTheOthersToo()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var app = world.App;
        await app.TellAsync(StripeEventBuilder.Customer("customer.created", "evt_1", StripeEventBuilder.Time, "ann"));
        await app.PlayAsync();
        Assert.Single(world.Ledger.Open);

        await app.DeleteAsync("cus_1");
        await app.PlayAsync();

        Assert.Empty(world.Ledger.Open);
        Assert.False((await app.Customers.FindAsync("cus_1", Token))!.CopyIn(Customer.FromStripe)!.Deleted);
    }

    [Fact]
    public async Task Hear_ChangeOfOneSystem_GoesToTheOtherAndNotBack()
    {
        var (app, first, second) = await StartTwoAsync();
        await using var _ = app;
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var changed = first.Ledger.Change(Assert.Single(first.Ledger.Open).Id, new Dictionary<string, string?> { ["name"] = "Anna" });

        await app.HearAsync(first.Connector, changed.Id);
        await app.PlayAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.HearAsync(second.Connector, Assert.Single(second.Ledger.Open).Id);
        await app.HearAsync(first.Connector, changed.Id);
        await app.PlayAsync();

        Assert.Equal("Anna", Assert.Single(second.Ledger.Open).Content["name"]);
        Assert.Equal((1, 2), (first.Ledger.Calls.Count, second.Ledger.Calls.Count));
        Assert.Equal(["name: Ann of api lost against Anna of first"], await AuditAsync(app));
    }

    [Fact]
    public async Task Hear_CustomerOfOneSystem_IsMadeInTheOther()
    {
        var (app, first, second) = await StartTwoAsync();
        await using var _ = app;
        var account = first.Ledger.Create(key: null, ourId: null, CustomerContent.From([new("name", "Ann"), new("email", "ann@example.com")]));

        await app.HearAsync(first.Connector, account.Id);
        await app.PlayAsync();

        Assert.Equal(("Ann", account.Id), (Assert.Single(second.Ledger.Open).Content["name"], second.Ledger.Open[0].OurId));
        Assert.Empty(first.Ledger.Calls);
        Assert.Equal(account.Id, (await app.Customers.FindAsync(second.Ledger.Open[0].Id, Token))!.Id);
    }

    /// <summary>By its own rule the app would send its spelling again and again.</summary>
    [Fact]
    public async Task Send_SystemRewritesWhatItIsSentAndDoesNotOwnIt_EndsAndGoesOnWithTheNextChange()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount(), 1, ("Sync__Owners__email", "api"));
        var (app, ledger) = (world.App, world.Ledger);
        ledger.Rewrite = content => content.With([new("email", content["email"]?.ToLowerInvariant())]);

        var task = await app.CreateAsync("A1", new { email = "Ann@Example.com", name = "Ann" });
        await app.PlayAsync();

        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Equal(1 + SentContent.MaxRepeats, ledger.Calls.Count);
        Assert.Equal("Ann@example.com", (await app.Customers.FindAsync("A1", Token))!.Email);
        await app.UpdateAsync("A1", new { name = "Anna" });
        await app.PlayAsync();
        Assert.Equal("Anna", Assert.Single(ledger.Open).Content["name"]);
    }

    [Fact]
    public async Task Send_SystemRewritesWhatItIsSentAndTheNewestCounts_TakesItsSpelling()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        var (app, ledger) = (world.App, world.Ledger);
        ledger.Rewrite = content => content.With([new("email", content["email"]?.ToLowerInvariant())]);

        await app.CreateAsync("A1", new { email = "Ann@Example.com", name = "Ann" });
        await app.PlayAsync();

        Assert.Single(ledger.Calls);
        Assert.Equal("ann@example.com", (await app.Customers.FindAsync("A1", Token))!.Email);
    }

    /// <summary>What happens once, while the next call is under way.</summary>
    private static Task<T> WhileSending<T>(LedgerFake ledger, bool isBefore, Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (isBefore)
        {
            ledger.Before = RunAsync;
        }
        else
        {
            ledger.After = RunAsync;
        }

        return done.Task;

        async Task RunAsync(ConnectorCall call)
        {
            if (!done.Task.IsCompleted)
            {
                done.SetResult(await work());
            }
        }
    }

    private static async Task<List<string>> AuditAsync(ConnectorsDriver app) => await app.Get<CustomerAudit>().ListAsync("A1", after: null, pageSize: 100, Token)
        .Select(entry => $"{entry.Entry.Field}: {entry.Entry.Lost} of {entry.Entry.LostFrom} lost against {entry.Entry.Kept} of {entry.Entry.KeptFrom}").ToListAsync(Token);

    private async Task<(ConnectorsDriver App, LedgerWorld First, LedgerWorld Second)> StartTwoAsync()
    {
        var clock = new ClockFake(ConnectorsDriver.Start);
        var (first, second) = (new LedgerFake("first", clock), new LedgerFake("second", clock));
        var connectors = (First: new LedgerConnectorFake(first, 1, clock), Second: new LedgerConnectorFake(second, 1, clock));
        var app = await ConnectorsDriver.StartAsync(azurite.NewAccount(), clock, [connectors.First, connectors.Second]);
        return (app, new LedgerWorld(app, first, connectors.First), new LedgerWorld(app, second, connectors.Second));
    }
}
