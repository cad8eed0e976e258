using BillingFunctions.Connectors.Tasks;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Connectors;

/// <summary>Processes that die at each of their calls to storage; another one goes on from what is stored.</summary>
public sealed class ConnectorCrashTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(50, 3)]
    public async Task Send_SenderDiesAtAnyCall_IsFinishedByTheSweeper(int maxBatch, int customers)
    {
        for (var (number, isAlive) = (1, false); !isAlive; number++)
        {
            await using var world = await LedgerWorld.StartAsync(azurite.NewAccount(), maxBatch);
            var tasks = await Task.WhenAll(Enumerable.Range(0, customers).Select(id => world.App.CreateAsync($"A{id}", new { email = $"{id}@example.com" })));
            world.App.DieAtCall(number);

            isAlive = await world.App.SurvivesAsync(world.App.DeliverDueAsync);
            await AssertFinishedAsync(world, tasks);
        }
    }

    [Fact]
    public async Task Update_SenderDiesAtAnyCall_IsFinishedByTheSweeper()
    {
        for (var (number, isAlive) = (1, false); !isAlive; number++)
        {
            await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
            await world.App.CreateAsync("A0", new { email = "0@example.com" });
            await world.App.PlayAsync();
            var task = await world.App.UpdateAsync("A0", new { name = "Ann" });
            world.App.DieAtCall(number);

            isAlive = await world.App.SurvivesAsync(world.App.DeliverDueAsync);
            await AssertFinishedAsync(world, task);

            Assert.Equal("Ann", Assert.Single(world.Ledger.Open).Content["name"]);
        }
    }

    [Fact]
    public async Task Delete_SenderDiesAtAnyCall_IsFinishedByTheSweeper()
    {
        for (var (number, isAlive) = (1, false); !isAlive; number++)
        {
            await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
            await world.App.CreateAsync("A0", new { email = "0@example.com" });
            await world.App.PlayAsync();
            var task = await world.App.DeleteAsync("A0");
            world.App.DieAtCall(number);

            isAlive = await world.App.SurvivesAsync(world.App.DeliverDueAsync);
            await using var next = world.App.StartAnother();
            await next.RecoverAsync();

            Assert.Equal("succeeded", await next.StatusAsync(task));
            Assert.Empty(world.Ledger.Open);
            Assert.Null(await next.Outbox.FindAsync("ledger", "A0", Token));
        }
    }

    /// <summary>Whoever has asked, and was not answered, asks again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_RequestDiesAtAnyCall_IsDoneWhenItIsMadeAgain(bool isKnown)
    {
        for (var (number, isAlive) = (1, false); !isAlive; number++)
        {
            await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
            if (isKnown)
            {
                await world.App.UploadAsync(new UploadedCustomer("A0", "file@example.com") { Name = "From a file" });
            }

            world.App.DieAtCall(number);
            isAlive = await world.App.SurvivesAsync(RequestAsync(world.App));
            await using var next = world.App.StartAnother();
            var task = await next.CreateAsync("A0", new { email = "0@example.com", name = "Ann" });
            await next.RecoverAsync();

            Assert.Equal("succeeded", await next.StatusAsync(task));
            var account = Assert.Single(world.Ledger.Open);
            Assert.Equal(("A0", "Ann", "0@example.com"), (account.OurId, account.Content["name"], account.Content["email"]));
            Assert.Null(await next.Outbox.FindAsync("ledger", "A0", Token));
        }

        static Func<Task> RequestAsync(ConnectorsDriver app) => () => app.CreateAsync("A0", new { email = "0@example.com", name = "Ann" });
    }

    /// <summary>What it was about is sent, or was never changed.</summary>
    [Fact]
    public async Task Update_RequestDiesAtAnyCall_LeavesRecordAndSystemAlike()
    {
        for (var (number, isAlive) = (1, false); !isAlive; number++)
        {
            await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
            await world.App.CreateAsync("A0", new { email = "0@example.com", name = "Ann" });
            await world.App.PlayAsync();
            world.App.DieAtCall(number);

            isAlive = await world.App.SurvivesAsync(() => world.App.UpdateAsync("A0", new { name = "Anna" }));
            await using var next = world.App.StartAnother();
            await next.RecoverAsync();

            var customer = await next.Customers.FindAsync("A0", Token);
            Assert.Equal(customer!.Name, Assert.Single(world.Ledger.Open).Content["name"]);
            Assert.Null(await next.Outbox.FindAsync("ledger", "A0", Token));
        }
    }

    [Fact]
    public async Task Send_AnswerIsLost_MakesOneAccount()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        world.Ledger.FaultOf = (number, _) => number == 1 ? LedgerFault.LoseAnswer : LedgerFault.None;

        var task = await world.App.CreateAsync("A1", new { email = "ann@example.com" });
        await world.App.PlayAsync();

        Assert.Single(world.Ledger.Open);
        Assert.Equal(2, world.Ledger.Calls.Count);
        Assert.Equal("succeeded", await world.App.StatusAsync(task));
    }

    /// <summary>The system is away for so long that it has forgotten the key.</summary>
    [Fact]
    public async Task Send_AnswerIsLostAndTheKeyIsForgotten_FindsTheAccount()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        world.Ledger.FaultOf = (number, _) => number switch { 1 => LedgerFault.LoseAnswer, 2 => LedgerFault.FailKept, _ => LedgerFault.None };

        var task = await world.App.CreateAsync("A1", new { email = "ann@example.com" });
        await world.App.PlayAsync();

        Assert.Single(world.Ledger.Open);
        Assert.Equal("succeeded", await world.App.StatusAsync(task));
    }

    [Fact]
    public async Task Update_FailureThatTheSystemKeeps_IsSentUnderAnotherKey()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        world.Ledger.FaultOf = (number, _) => number == 2 ? LedgerFault.FailKept : LedgerFault.None;
        await world.App.CreateAsync("A1", new { email = "ann@example.com" });
        await world.App.PlayAsync();

        var task = await world.App.UpdateAsync("A1", new { name = "Ann" });
        await world.App.PlayAsync();

        Assert.Equal("succeeded", await world.App.StatusAsync(task));
        Assert.Equal("Ann", Assert.Single(world.Ledger.Open).Content["name"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Send_TwoProcessesAtOnce_SendEachCustomerOnce(int maxBatch)
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount(), maxBatch);
        await using var other = world.App.StartAnother();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 12).Select(id => world.App.CreateAsync($"A{id}", new { email = $"{id}@example.com" })));
        var messages = world.App.Mail.Take();

        await Task.WhenAll(messages.SelectMany(message => new[] { world.App.DeliverAsync(message), other.DeliverAsync(message), world.App.DeliverAsync(message) }));
        await world.App.PlayAsync();

        Assert.Equal((12, 12), (world.Ledger.Open.Count, world.Ledger.Calls.Count));
        Assert.All(await Task.WhenAll(tasks.Select(world.App.StatusAsync)), status => Assert.Equal("succeeded", status));
    }

    /// <summary>Its lease is over, and another one has taken the entry.</summary>
    [Fact]
    public async Task Send_SenderIsTooSlow_LeavesTheEntryToTheOther()
    {
        await using var world = await LedgerWorld.StartAsync(azurite.NewAccount());
        await using var other = world.App.StartAnother();
        var task = await world.App.CreateAsync("A1", new { email = "ann@example.com" });
        var calls = 0;
        world.Ledger.FaultOf = (number, _) => number == 1 ? LedgerFault.Fail : LedgerFault.None;
        world.Ledger.Before = async _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                world.App.Clock.Advance(TimeSpan.FromMinutes(3));
                await other.SweepAsync();
                await other.DeliverDueAsync();
            }
        };

        await world.App.PlayAsync();

        Assert.Single(world.Ledger.Open);
        Assert.Equal(2, world.Ledger.Calls.Count);
        Assert.Equal("succeeded", await world.App.StatusAsync(task));
        Assert.Null(await world.App.Outbox.FindAsync("ledger", "A1", Token));
    }

    private static async Task AssertFinishedAsync(LedgerWorld world, params ConnectorTask?[] tasks)
    {
        await using var next = world.App.StartAnother();
        await next.RecoverAsync();

        Assert.Equal(tasks.Select(task => task!.CustomerId).Order(StringComparer.Ordinal), world.Ledger.Open.Select(account => account.OurId!).Order(StringComparer.Ordinal));
        foreach (var task in tasks)
        {
            Assert.Equal("succeeded", await next.StatusAsync(task));
            Assert.Null(await next.Outbox.FindAsync("ledger", task!.CustomerId, Token));
        }
    }
}
