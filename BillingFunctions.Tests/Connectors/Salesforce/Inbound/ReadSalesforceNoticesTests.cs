using System.Text.Json;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

public sealed class ReadSalesforceNoticesTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_RecordsOfSalesforceAlone_BecomeCustomersInOneCall()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var ids = salesforce.Records.CreateAll("Account", Enumerable.Range(1, 100).Select(number => new (string, object?)[] { ("Name", $"Name {number}"), ("Email__c", $"a{number}@example.com") }));

        await driver.ReadNoticeAsync(ids);

        var customer = await driver.Customers.FindAsync(ids[41], Token);
        Assert.Equal(("Name 42", "a42@example.com", "salesforce"), (customer?.Name, customer?.Email, customer?.Origin));
        Assert.Equal((1, 100, 0), (driver.Queries, await driver.ToSendAsync("stripe"), await driver.ToSendAsync("salesforce")));
    }

    [Fact]
    public async Task Run_TwiceForOneRecord_ChangesNothingTheSecondTime()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var id = salesforce.Records.Create("Account", ("Name", "Ada"));
        await driver.ReadNoticeAsync(id);
        var before = await driver.Customers.FindAsync(id, Token);

        await driver.ReadNoticeAsync(id);

        Assert.Equal(before?.UpdatedAt, (await driver.Customers.FindAsync(id, Token))?.UpdatedAt);
        Assert.Equal(1, await driver.ToSendAsync("stripe"));
    }

    [Fact]
    public async Task Run_OurOwnWrite_LeadsToNothing()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce, ("Stripe__ApiKey", ""));
        var id = salesforce.Records.Create("Account", ("Name", "Ada"), ("Billing_Customer_Id__c", "c1"));
        await driver.WroteAsync("c1", id, "Ada", Now);
        var toSend = await driver.ToSendAsync("salesforce") + await driver.ToSendAsync("stripe");
        var before = await driver.Customers.FindAsync("c1", Token);

        // The first reading notes when the record was changed there.
        await driver.ReadNoticeAsync(id);
        driver.Storage.Reset();
        await driver.ReadNoticeAsync(id);

        var after = await driver.Customers.FindAsync("c1", Token);
        Assert.Equal((2, toSend), (driver.Queries, await driver.ToSendAsync("salesforce") + await driver.ToSendAsync("stripe")));
        Assert.Equal((before?.Name, before?.Copies.Revision), (after?.Name, after?.Copies.Revision));
        Assert.DoesNotContain(driver.Storage.Calls, call => call is { IsRow: true, IsOfRateLimiter: false } && !call.Path.Contains("RateLimits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ReadBeforeOurWriteEnded_IsReadAgainAFewTimes()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var (one, other) = (salesforce.Records.Create("Account", ("Name", "Old"), ("Billing_Customer_Id__c", "c1")), salesforce.Records.Create("Account", ("Name", "Bea")));
        await driver.WroteAsync("c1", one, "New", Now.AddHours(1));

        await driver.ReadAsync(new SalesforceNotice([one, other], Repeats: 4));
        var repeated = await driver.NoticesAsync();
        await driver.ReadAsync(new SalesforceNotice([one], Repeats: 5));

        Assert.Equal((0, 1), (repeated.Visible.Count, repeated.Count)); // hidden
        Assert.Equal(1, (await driver.NoticesAsync()).Count);
        Assert.Equal(("New", "Bea"), ((await driver.Customers.FindAsync("c1", Token))?.Name, (await driver.Customers.FindAsync(other, Token))?.Name));
    }

    [Fact]
    public async Task Run_ConnectorIsPaused_ReadsNothing()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        await driver.SetAsync(state => state with { PausedAt = Now });

        await driver.ReadNoticeAsync("001000000000001AAA");

        Assert.Equal((0, 0), (driver.Queries, (await driver.NoticesAsync()).Count));
    }

    [Fact]
    public async Task Run_OverOurLimit_ComesBackLater()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce, ("Salesforce__RateLimit", "1/60"));
        var id = salesforce.Records.Create("Account", ("Name", "Ada"));

        await driver.ReadNoticeAsync(id);
        await driver.ReadNoticeAsync(id);

        var (visible, count) = await driver.NoticesAsync();
        Assert.Equal((1, 0, 1), (driver.Queries, visible.Count, count));
    }

    [Theory]
    [InlineData(SalesforceFault.ServerUnavailable)]
    [InlineData(SalesforceFault.CutBefore)]
    [InlineData(SalesforceFault.RequestLimit)]
    public async Task Run_SalesforceCannotBeUsed_DropsTheNotice(SalesforceFault fault)
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        salesforce.Faults.FailAlways("/query", fault);

        await driver.ReadNoticeAsync("001000000000001AAA");

        Assert.Equal(0, (await driver.NoticesAsync()).Count);
    }

    [Fact]
    public async Task Run_OneRecordFails_GoesOnAloneAndThenFails()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var ids = salesforce.Records.CreateAll("Account", Enumerable.Range(1, 3).Select(number => new (string, object?)[] { ("Name", $"Name {number}") }));
        driver.Storage.FaultOf = (_, message) => Uri.UnescapeDataString(message.Request.Uri.Path).Contains($"RowKey='{ids[1]}'", StringComparison.Ordinal) ? StorageFault.FailBefore : StorageFault.None;

        await driver.ReadNoticeAsync(ids);
        var alone = Assert.Single((await driver.NoticesAsync()).Visible);

        Assert.Equal([ids[1]], alone.Ids);
        await Assert.ThrowsAsync<IOException>(() => driver.ReadAsync(alone));
        Assert.Equal(("Name 1", "Name 3"), ((await driver.Customers.FindAsync(ids[0], Token))?.Name, (await driver.Customers.FindAsync(ids[2], Token))?.Name));
    }

    [Fact]
    public async Task GiveUp_Messages_AreInTheFailedJobs()
    {
        await using var salesforce = await SalesforceFake.StartAsync();
        await using var driver = await SalesforceInboundDriver.StartAsync(azurite.NewAccount(), salesforce);
        var function = driver.Get<ReadSalesforceNoticesFunction>();
        string[] garbage = ["", "not JSON", "{}", """{ "Ids": null }""", """{ "Ids": [] }""", """{ "Ids": ["001'"] }"""];

        foreach (var message in (string[])[.. garbage, """{ "Ids": ["001000000000001AAA"], "Repeats": 3 }"""])
        {
            await function.GiveUpAsync(message, Token);
        }

        var jobs = await driver.FailedJobs.ListAsync(SalesforceNotice.Queue, after: null, 100, Token);
        Assert.Equal(garbage.Length + 1, jobs.Count);
        Assert.Equal(["001000000000001AAA"], JsonSerializer.Deserialize<SalesforceNotice>(jobs.Single(job => job.JobId == "001000000000001AAA").Payload!)!.Ids);
    }
}
