using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

/// <summary>Changes that no notice has told of. Salesforce's clock is moved by the tests; the app's is the real one.</summary>
public sealed class ReadSalesforceChangesTests(AzuriteFixture azurite)
{
    private readonly ClockFake _clock = new(TimeProvider.System.GetUtcNow().AddHours(-1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ForTheFirstTime_BeginsNowAndBringsNothingIn()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var old = salesforce.Records.Create("Account", ("Name", "Old"));
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow());

        await driver.ReadChangesAsync();
        var calls = driver.Queries;
        var made = salesforce.Records.Create("Account", ("Name", "Made"));
        await driver.ReadChangesAsync();

        Assert.Equal((0, 1), (calls, driver.Queries));
        Assert.Null(await driver.Customers.FindAsync(old, Token));
        Assert.Equal("Made", (await driver.Customers.FindAsync(made, Token))?.Name);
        Assert.Equal(1, await driver.ToSendAsync("stripe"));
    }

    [Fact]
    public async Task Run_AnIdleMinute_CostsOneCallAndNothingForEachRecord()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        Create(salesforce, 20);
        await driver.ReadChangesAsync();
        var (calls, watermark) = (salesforce.Calls.Total, await driver.WatermarkAsync());
        driver.Storage.Reset();

        await driver.ReadChangesAsync();

        Assert.Equal(calls + 1, salesforce.Calls.Total);
        Assert.DoesNotContain(driver.Storage.Calls, call => !call.IsOfRateLimiter && !call.Path.Contains("RateLimits", StringComparison.Ordinal) && !call.Path.Contains("ConnectorStates", StringComparison.Ordinal));
        Assert.DoesNotContain(driver.Storage.Calls, call => call.IsRow && call.Path.Contains("ConnectorStates", StringComparison.Ordinal));
        Assert.Equal(watermark, await driver.WatermarkAsync());
    }

    [Fact]
    public async Task Run_ManyPages_TakesAllInAndEndsAtTheNewest()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock, options => options with { QueryPageSize = 200 });
        await using var driver = await StartAsync(salesforce);
        Create(salesforce, 250);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var last = salesforce.Records.Create("Account", ("Name", "Last"));

        await driver.ReadChangesAsync();

        Assert.Equal(251, await driver.ToSendAsync("stripe"));
        Assert.Equal(salesforce.Records.Find("Account", last)!.SystemModstamp, await driver.WatermarkAsync());
        Assert.Equal(2, driver.Queries);
    }

    [Fact]
    public async Task Run_ATransactionThatIsCommittedLate_IsFoundBeforeTheWatermark()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var late = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(110));
        salesforce.Records.Create("Account", ("Name", "Newer"));
        await driver.ReadChangesAsync();

        _clock.AdjustTime(late);
        var id = salesforce.Records.Create("Account", ("Name", "Late"));
        await driver.ReadChangesAsync();

        Assert.Equal("Late", (await driver.Customers.FindAsync(id, Token))?.Name);
        Assert.Equal(late.AddSeconds(110), (await driver.WatermarkAsync())!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Run_TwoChangesInOneSecond_TakesTheSecondToo()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock, options => options with { TimeResolution = TimeSpan.FromSeconds(1) });
        await using var driver = await StartAsync(salesforce);
        var id = salesforce.Records.Create("Account", ("Name", "First"));
        await driver.ReadChangesAsync();

        salesforce.Records.Update("Account", id, ("Name", "Second"));
        await driver.ReadChangesAsync();

        Assert.Equal("Second", (await driver.Customers.FindAsync(id, Token))?.Name);
    }

    [Fact]
    public async Task Run_OurOwnWrites_LeadToNothing()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce, ("Stripe__ApiKey", ""));
        var id = salesforce.Records.Create("Account", ("Name", "Ada"), ("Billing_Customer_Id__c", "c1"));
        await driver.WroteAsync("c1", id, "Ada", TimeProvider.System.GetUtcNow());
        var (before, toSend) = (await driver.Customers.FindAsync("c1", Token), await driver.ToSendAsync("salesforce"));

        await driver.ReadChangesAsync();

        var after = await driver.Customers.FindAsync("c1", Token);
        Assert.Equal((1, toSend), (driver.Queries, await driver.ToSendAsync("salesforce")));
        Assert.Equal((before?.Name, before?.Copies.Revision), (after?.Name, after?.Copies.Revision));
    }

    [Fact]
    public async Task Run_ReadBeforeOurWriteEnded_HoldsTheWatermarkUntilItIsTakenIn()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var one = salesforce.Records.Create("Account", ("Name", "Theirs"), ("Billing_Customer_Id__c", "c1"));
        var changedAt = _clock.GetUtcNow();
        await driver.WroteAsync("c1", one, "Ours", TimeProvider.System.GetUtcNow().AddHours(1));
        _clock.Advance(TimeSpan.FromMinutes(5));
        var other = salesforce.Records.Create("Account", ("Name", "Bea"));

        await driver.ReadChangesAsync();
        var held = await driver.WatermarkAsync();
        await driver.WroteAsync("c1", one, "Ours", TimeProvider.System.GetUtcNow().AddMilliseconds(-1));
        await driver.ReadChangesAsync();

        Assert.Equal("Bea", (await driver.Customers.FindAsync(other, Token))?.Name);
        Assert.Equal(changedAt, held!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal("Theirs", (await driver.Customers.FindAsync("c1", Token))?.Name);
        Assert.Equal(_clock.GetUtcNow(), (await driver.WatermarkAsync())!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Run_NeverToBeTakenIn_HoldsTheWatermarkForFiveRuns()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var id = salesforce.Records.Create("Account", ("Name", "Theirs"), ("Billing_Customer_Id__c", "c1"));
        await driver.WroteAsync("c1", id, "Ours", TimeProvider.System.GetUtcNow().AddHours(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Create(salesforce, 1);

        var watermarks = new List<bool>();
        for (var run = 0; run < 6; run++)
        {
            await driver.ReadChangesAsync();
            watermarks.Add(await driver.WatermarkAsync() > _clock.GetUtcNow().AddSeconds(-1));
        }

        Assert.Equal([false, false, false, false, true, true], watermarks);
        Assert.Empty(await driver.FailedJobs.ListAsync(SalesforceNotice.Queue, after: null, 100, Token));
    }

    [Fact]
    public async Task Run_OneRecordFails_TheOthersAreTakenInAndItEndsInTheFailedJobs()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var ids = Create(salesforce, 3);
        driver.Storage.FaultOf = (_, message) => Uri.UnescapeDataString(message.Request.Uri.Path).Contains($"RowKey='{ids[0]}'", StringComparison.Ordinal) ? StorageFault.FailBefore : StorageFault.None;

        await driver.ReadChangesAsync();
        var (taken, early) = (await driver.Customers.FindAsync(ids[2], Token), await driver.FailedJobs.ListAsync(SalesforceNotice.Queue, after: null, 100, Token));
        for (var run = 0; run < 4; run++)
        {
            await driver.ReadChangesAsync();
        }

        var job = Assert.Single(await driver.FailedJobs.ListAsync(SalesforceNotice.Queue, after: null, 100, Token));
        Assert.NotNull(taken);
        Assert.Empty(early);
        Assert.Equal((ids[0], 5), (job.JobId, job.Attempts));
        Assert.True(await driver.WatermarkAsync() > _clock.GetUtcNow().AddSeconds(-1));
    }

    [Theory]
    [InlineData(SalesforceFault.ServerError)]
    [InlineData(SalesforceFault.CutBefore)]
    [InlineData(SalesforceFault.RequestLimit)]
    public async Task Run_ACallFails_TheNextRunGoesOnFromTheWatermark(SalesforceFault fault)
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var ids = Create(salesforce, 3);
        var watermark = await driver.WatermarkAsync();
        salesforce.Faults.PlanFor("/query", fault);

        await driver.ReadChangesAsync();
        var (after, early) = (await driver.WatermarkAsync(), await driver.Customers.FindAsync(ids[0], Token));
        await driver.ReadChangesAsync();

        Assert.Equal(watermark, after);
        Assert.Null(early);
        Assert.NotNull(await driver.Customers.FindAsync(ids[0], Token));
        Assert.NotNull((await driver.States.ReadAsync("salesforce", Token)).LastError);
    }

    [Fact]
    public async Task Run_PausedOrHeld_ReadsNothingUntilItIsOver()
    {
        await using var salesforce = await SalesforceFake.StartAsync(_clock);
        await using var driver = await StartAsync(salesforce);
        var ids = Create(salesforce, 1);
        var now = TimeProvider.System.GetUtcNow();

        await driver.SetAsync(state => state with { PausedAt = now });
        await driver.ReadChangesAsync();
        await driver.SetAsync(state => state with { PausedAt = null, HeldUntil = now.AddHours(1) });
        await driver.ReadChangesAsync();
        var calls = driver.Queries;
        await driver.SetAsync(state => state with { HeldUntil = null });
        await driver.ReadChangesAsync();

        Assert.Equal(0, calls);
        Assert.NotNull(await driver.Customers.FindAsync(ids[0], Token));
    }

    /// <summary>A driver whose changes were read up to now by Salesforce's clock.</summary>
    private async Task<SalesforceInboundDriver> StartAsync(SalesforceSimulator salesforce, params (string Name, string Value)[] settings)
    {
        var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce, settings);
        await driver.SetAsync(state => state with { Watermark = _clock.GetUtcNow().AddSeconds(-30) });
        return driver;
    }

    private static IReadOnlyList<string> Create(SalesforceSimulator salesforce, int count) =>
        salesforce.Records.CreateAll("Account", Enumerable.Range(1, count).Select(number => new (string, object?)[] { ("Name", $"Name {number}") }));
}
