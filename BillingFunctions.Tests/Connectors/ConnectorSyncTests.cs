using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Connectors;

/// <summary>What is sent to a system, when, and what becomes of it when the system fails.</summary>
public sealed class ConnectorSyncTests(AzuriteFixture azurite)
{
    private static readonly object Ann = new { email = "ann@example.com", name = "Ann" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Create_Customer_IsSentAndItsTaskSucceeds(int maxBatch)
    {
        await using var world = await StartAsync(maxBatch);
        var (app, ledger) = (world.App, world.Ledger);

        var task = await app.CreateAsync("A1", Ann);
        Assert.Equal("queued", await app.StatusAsync(task));
        await app.PlayAsync();

        var account = Assert.Single(ledger.Open);
        Assert.Equal(("A1", "Ann", "ann@example.com"), (account.OurId, account.Content["name"], account.Content["email"]));
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Equal(account.Id, (await app.TaskAsync(task)).GetProperty("connectors")[0].GetProperty("result").GetProperty("id").GetString());
        Assert.Equal("A1", (await app.Customers.FindAsync(account.Id, Token))!.Id);
        Assert.Null(await app.Outbox.FindAsync("ledger", "A1", Token));
        Assert.Single(ledger.Calls);
    }

    [Fact]
    public async Task Create_SameRequestAgain_IsTheSameTaskAndOneAccount()
    {
        await using var world = await StartAsync();
        var app = world.App;

        var first = await app.CreateAsync("A1", Ann);
        var second = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        var third = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        Assert.All([second, third], task => Assert.Equal(first!.Id, task!.Id));
        Assert.Equal("succeeded", await app.StatusAsync(first));
        Assert.Null(await app.CreateAsync("A1", new { email = "other@example.com" }));
        Assert.Single(world.Ledger.Calls);
    }

    [Fact]
    public async Task Update_SameValuesWhileTheyAreOnTheirWay_EndsBothTasks()
    {
        await using var world = await StartAsync();
        var app = world.App;
        await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        var first = await app.UpdateAsync("A1", new { name = "Anna" });
        var second = await app.UpdateAsync("A1", new { name = "Anna" });
        await app.PlayAsync();
        var third = await app.UpdateAsync("A1", new { name = "Anna" });

        Assert.Equal(("succeeded", "succeeded", "succeeded"), (await app.StatusAsync(first), await app.StatusAsync(second), await app.StatusAsync(third)));
        Assert.Equal(2, world.Ledger.Calls.Count);
    }

    [Fact]
    public async Task Send_Fails_IsRetriedByScheduleAndSucceeds()
    {
        await using var world = await StartAsync();
        var (app, ledger) = (world.App, world.Ledger);
        var times = new List<double>();
        ledger.Before = _ => NoteAsync(times, app);
        ledger.FaultOf = (number, _) => number <= 2 ? LedgerFault.Fail : LedgerFault.None;

        var task = await app.CreateAsync("A1", Ann);
        await app.DeliverDueAsync();
        Assert.Equal("running", await app.StatusAsync(task));
        Assert.Equal("The ledger answered 503.", (await app.TaskAsync(task)).GetProperty("error").GetString());
        await app.PlayAsync();

        Assert.Equal([0, 10, 70], times);
        Assert.Equal(3, (await app.TaskAsync(task)).GetProperty("attempts").GetInt32());
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Single(ledger.Open);
    }

    [Fact]
    public async Task Send_SettingsSayOtherwise_AreFollowed()
    {
        await using var world = await StartAsync(1, ("Queues__connector-ledger__MaxAttempts", "2"), ("Queues__connector-ledger__Backoff", "00:00:30"));
        var times = new List<double>();
        world.Ledger.Before = _ => NoteAsync(times, world.App);
        world.Ledger.FaultOf = (_, _) => LedgerFault.Fail;

        var task = await world.App.CreateAsync("A1", Ann);
        await world.App.PlayAsync();

        Assert.Equal([0, 30], times);
        Assert.Equal("failed", await world.App.StatusAsync(task));
    }

    [Fact]
    public async Task Send_FailsEachTime_IsAFailedJobAndSentWhenThatIsRetried()
    {
        await using var world = await StartAsync();
        var (app, ledger) = (world.App, world.Ledger);
        ledger.FaultOf = (number, _) => number <= 3 ? LedgerFault.Fail : LedgerFault.None;

        var task = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        Assert.Equal("failed", await app.StatusAsync(task));
        var job = Assert.Single(await app.FailedJobs.ListAsync(queue: null, after: null, 10, Token));
        Assert.Equal(("connector-ledger", "A1", 3, "The ledger answered 503."), (job.Queue, job.JobId, job.Attempts, job.Error));
        Assert.Equal(0, await SweepLaterAsync(app));

        await app.Get<FailedJobRetry>().RetryAsync(job.Id, Token);
        await app.PlayAsync();

        Assert.Single(ledger.Open);
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Empty(await app.FailedJobs.ListAsync(queue: null, after: null, 10, Token));
    }

    [Fact]
    public async Task Update_OfACustomerThatWasGivenUp_IsTriedAgainAndClearsTheFailedJob()
    {
        await using var world = await StartAsync();
        var (app, ledger) = (world.App, world.Ledger);
        ledger.FaultOf = (number, _) => number == 1 ? LedgerFault.Refuse : LedgerFault.None;
        var refused = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        Assert.Equal("failed", await app.StatusAsync(refused));

        var task = await app.UpdateAsync("A1", new { name = "Anna" });
        await app.PlayAsync();

        Assert.Equal("Anna", Assert.Single(ledger.Open).Content["name"]);
        Assert.Equal("succeeded", await app.StatusAsync(task));
        Assert.Empty(await app.FailedJobs.ListAsync(queue: null, after: null, 10, Token));
    }

    [Fact]
    public async Task Send_Refused_IsGivenUpAtOnce()
    {
        await using var world = await StartAsync();
        world.Ledger.FaultOf = (_, _) => LedgerFault.Refuse;

        var task = await world.App.CreateAsync("A1", Ann);
        await world.App.PlayAsync();

        Assert.Equal(("failed", "The ledger answered 422."), (await world.App.StatusAsync(task), (await world.App.TaskAsync(task)).GetProperty("error").GetString()));
        Assert.Single(world.Ledger.Calls);
        Assert.Single(await world.App.FailedJobs.ListAsync(queue: null, after: null, 10, Token));
    }

    [Fact]
    public async Task Send_TurnedAwayManyTimes_SpendsNoAttempt()
    {
        await using var world = await StartAsync();
        var (app, times) = (world.App, new List<double>());
        world.Ledger.Before = _ => NoteAsync(times, app);
        world.Ledger.FaultOf = (number, _) => number <= 10 ? LedgerFault.TurnAway : LedgerFault.None;

        var task = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();

        Assert.Equal(Enumerable.Range(0, 11).Select(number => number * LedgerConnectorFake.Wait.TotalSeconds), times);
        Assert.Equal(("succeeded", 1), (await app.StatusAsync(task), (await app.TaskAsync(task)).GetProperty("attempts").GetInt32()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Send_SystemIsDown_HoldsTheConnectorAndProbesOnceAfterTheHold(int maxBatch)
    {
        await using var world = await StartAsync(maxBatch);
        var (app, ledger, times) = (world.App, world.Ledger, new List<double>());
        ledger.Before = _ => NoteAsync(times, app);
        var isDown = true;
        ledger.FaultOf = (_, _) => isDown ? LedgerFault.BeDown : LedgerFault.None;
        var tasks = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => app.CreateAsync($"A{number}", new { email = $"{number}@example.com" })));

        await app.PlayAsync(until: TimeSpan.FromMinutes(10));

        // A second after the first failure, twice as long after each that follows, a minute at the most; and a second more for the message.
        var probes = ledger.Calls.Count - times.Count(time => time == 0);
        var probed = times.Where(time => time > 0).Distinct().ToList();
        Assert.Equal([2, 5, 10, 19, 36, 69, 130, 191, 252, 313, 374, 435, 496, 557], probed);
        Assert.Equal(probed.Count * Math.Min(maxBatch, 20), probes);
        var state = await app.Get<ConnectorStates>().ReadAsync("ledger", Token);
        Assert.Equal("The ledger is closed for the night.", state.HeldReason);
        Assert.True(state.IsStopped(app.Clock.GetUtcNow()));

        isDown = false;
        await app.PlayAsync();

        Assert.Equal(20, ledger.Open.Count);
        Assert.All(await Task.WhenAll(tasks.Select(app.StatusAsync)), status => Assert.Equal("succeeded", status));
        Assert.Equal(1, (await app.TaskAsync(tasks[0])).GetProperty("attempts").GetInt32());
        Assert.False((await app.Get<ConnectorStates>().ReadAsync("ledger", Token)).IsStopped(app.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Send_ConnectorIsPaused_WaitsUntilItIsResumed()
    {
        await using var world = await StartAsync();
        var (app, ledger) = (world.App, world.Ledger);
        await app.Get<ConnectorStates>().ChangeAsync("ledger", state => state with { PausedAt = app.Clock.GetUtcNow() }, Token);

        var task = await app.CreateAsync("A1", Ann);
        await app.PlayAsync();
        Assert.Empty(ledger.Calls);
        Assert.Equal(0, await SweepLaterAsync(app));
        Assert.Equal("queued", await app.StatusAsync(task));

        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;
        await app.Get<ConnectorsFunctions>().ResumeAsync(request, "ledger", Token);
        await app.PlayAsync();

        Assert.Single(ledger.Open);
        Assert.Equal("succeeded", await app.StatusAsync(task));
    }

    [Fact]
    public async Task Send_OneOfTwoSystemsIsDown_LeavesTheOtherAlone()
    {
        var clock = new ClockFake(ConnectorsDriver.Start);
        var (up, down) = (new LedgerFake("up", clock), new LedgerFake("down", clock) { FaultOf = (_, _) => LedgerFault.BeDown });
        await using var app = await ConnectorsDriver.StartAsync(azurite.NewAccount(), clock, [new LedgerConnectorFake(up, 1, clock), new LedgerConnectorFake(down, 1, clock)]);

        var tasks = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => app.CreateAsync($"A{number}", new { email = $"{number}@example.com" })));
        await app.DeliverDueAsync();

        Assert.Equal((10, 0), (up.Open.Count, down.Open.Count));
        Assert.Equal(10, up.Calls.Count);
        var parts = (await app.TaskAsync(tasks[0])).GetProperty("connectors").EnumerateArray().ToDictionary(part => part.GetProperty("connector").GetString()!, part => part.GetProperty("status").GetString());
        Assert.Equal(("succeeded", "queued"), (parts["up"], parts["down"]));
        Assert.Equal("running", await app.StatusAsync(tasks[0]));
    }

    [Fact]
    public async Task Send_ManyMessagesForABatchConnector_TakesThemTogether()
    {
        await using var world = await StartAsync(maxBatch: 200);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => world.App.CreateAsync($"A{number}", new { email = $"{number}@example.com" })));

        await world.App.PlayAsync();

        Assert.Equal((60, 60), (world.Ledger.Open.Count, world.Ledger.Calls.Count));
        Assert.InRange(world.Ledger.Batches, 1, 3);
    }

    /// <summary>Their writers have died between the entry and the customer.</summary>
    [Fact]
    public async Task Wake_CustomersThatWereNeverStored_EndsAndForgetsThemLater()
    {
        await using var world = await StartAsync(maxBatch: 50);
        var app = world.App;
        foreach (var id in new[] { "A1", "A2", "A3" })
        {
            await app.Outbox.MarkAsync("ledger", id, task: null, Token);
        }

        await app.Get<ConnectorQueues>().SendAsync("ledger", subject: null, at: null, Token);
        await app.PlayAsync(until: TimeSpan.FromSeconds(30));
        Assert.NotNull(await app.Outbox.FindAsync("ledger", "A1", Token));
        await app.RecoverAsync();

        Assert.Null(await app.Outbox.FindAsync("ledger", "A1", Token));
        Assert.Empty(world.Ledger.Calls);
    }

    /// <summary>As much as Stripe allows, of letters that JSON writes with two.</summary>
    [Fact]
    public async Task Send_LargestCustomer_FitsIntoItsEntry()
    {
        await using var world = await StartAsync();
        var metadata = Enumerable.Range(0, 49).ToDictionary(number => $"{number:d40}", number => new string('"', 497) + $"{number:d3}");
        world.Connector.CoversAll = true;

        var task = await world.App.CreateAsync("A1", new { email = "ann@example.com", metadata });
        await world.App.PlayAsync();

        Assert.Equal("succeeded", await world.App.StatusAsync(task));
        Assert.Equal(50, Assert.Single(world.Ledger.Open).Content.Fields.Count());
    }

    private static async Task<int> SweepLaterAsync(ConnectorsDriver app)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        return await app.SweepAsync();
    }

    private static Task NoteAsync(List<double> times, ConnectorsDriver app)
    {
        lock (times)
        {
            times.Add((app.Clock.GetUtcNow() - ConnectorsDriver.Start).TotalSeconds);
        }

        return Task.CompletedTask;
    }

    private Task<LedgerWorld> StartAsync(int maxBatch = 1, params (string Name, string Value)[] settings) => LedgerWorld.StartAsync(azurite.NewAccount(), maxBatch, settings);
}
