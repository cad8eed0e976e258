using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>What comes of each kind of failure.</summary>
public sealed class FailureTableTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan StripeTimeout = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Item_FailsThenTimesOutThenSucceeds_ItsLogTellsEachAttempt()
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.ServerError, Fault.Timeout);

        await PlayWithTimeoutsAsync(driver);

        var log = driver.Log.GetSnapshot().Where(line => line.Message.StartsWith("Attempt", StringComparison.Ordinal) && line.Message.Contains(item.ToString(), StringComparison.Ordinal)).Select(line => line.Message).ToList();
        Assert.Collection(
            log,
            first => Assert.Matches($"^Attempt 1 to sync {item} failed, again in 00:00:10.*500", first),
            second => Assert.Matches($"^Attempt 2 to sync {item} failed, again in 00:01:00.*did not answer", second),
            third => Assert.Equal($"Attempt 3 to sync {item}: done.", third));
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(item)).SyncStatus);
    }

    [Theory]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.CutBefore)]
    [InlineData(Fault.CutAfter)]
    [InlineData(Fault.Conflict)]
    [InlineData(Fault.Slow)]
    public async Task Item_WhoseOutcomeIsUnknown_IsTriedAgainAndIsThereOnce(Fault fault)
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", fault);

        await PlayWithTimeoutsAsync(driver);

        var synced = await driver.ItemAsync(item);
        Assert.Equal((SyncStatus.Synced, 1L), (synced.SyncStatus, Assert.Single(driver.LinesAtStripe()[item.ToString()]).Amount));
        Assert.Single(Attempts(driver, "failed"));
        Assert.Empty(await JobsAsync(driver));
    }

    [Theory]
    [InlineData(Fault.RateLimit)]
    [InlineData(Fault.LockTimeout)]
    public async Task Item_ThatStripeTurnsAway_SpendsNoAttempt(Fault fault)
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", fault, fault, fault, fault);

        await driver.PlayAsync();

        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(item)).SyncStatus);
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
        Assert.Empty(Attempts(driver, "failed"));
    }

    [Theory]
    [InlineData(Fault.Refused, "400")]
    [InlineData(Fault.CardDeclined, "402")]
    [InlineData(Fault.NotFound, "404")]
    public async Task Item_ThatStripeRefuses_IsCanceledAtOnce(Fault fault, string status)
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", fault);

        await driver.PlayAsync();

        var (canceled, job) = (await driver.ItemAsync(item), Assert.Single(await JobsAsync(driver)));
        Assert.Equal(SyncStatus.Canceled, canceled.SyncStatus);
        Assert.Contains(status, canceled.Error);
        Assert.Equal((item.ToString(), 1), (job.JobId, job.Attempts));
        Assert.Contains("canceled", job.Error);
        Assert.Equal(1, driver.Stripe.Calls.Count("/add_lines"));
    }

    [Fact]
    public async Task Item_AfterTheThirdFailure_IsDiscardedWithAllReasonsAndCanBeRetried()
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.ServerError, Fault.CutBefore, Fault.ServerError);

        await driver.PlayAsync();
        var (discarded, job) = (await driver.ItemAsync(item), Assert.Single(await JobsAsync(driver)));
        await driver.RetryAsync(job);
        await driver.PlayAsync();

        Assert.Equal(SyncStatus.Discarded, discarded.SyncStatus);
        Assert.Equal(3, job.Attempts);
        Assert.Matches("(?s)discarded.*Attempt 1 .*500.*Attempt 2 .*connection.*Attempt 3 .*500", job.Error);
        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(item)).SyncStatus);
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
        Assert.Empty(await JobsAsync(driver));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Item_WhoseDraftSomebodyHasEnded_GoesIntoANewOneWhenItIsRetried(bool isDeleted)
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        await driver.PlayAsync();
        var invoices = BillingFunctions.Testing.Fakes.StripeFake.Client(driver.Stripe, "sk_test_usage").V1.Invoices;
        var draft = driver.Stripe.Invoices.All.Single().Id;
        await (isDeleted ? (Task)invoices.DeleteAsync(draft, cancellationToken: Token) : invoices.FinalizeInvoiceAsync(draft, cancellationToken: Token));

        var next = Assert.Single(await driver.AddItemsAsync(item.Invoice, 1));
        await driver.PlayAsync();
        await driver.RetryAsync(Assert.Single(await JobsAsync(driver)));
        await driver.PlayAsync();

        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(next)).SyncStatus);
        Assert.Single(driver.LinesAtStripe()[next.ToString()]);
        Assert.Equal(2, (await driver.InvoiceAsync(item.Invoice)).StripeInvoices.Count);
    }

    [Fact]
    public async Task Customer_ThatStripeRefuses_IsMadeWhenItsJobIsRetried()
    {
        await using var driver = await StartAsync();
        driver.Stripe.Faults.PlanFor("POST /v1/customers", Fault.Refused);
        await driver.AddInvoiceAsync();
        await driver.PlayAsync();

        await driver.RetryAsync(Assert.Single(await JobsAsync(driver)));
        await driver.PlayAsync();

        Assert.Equal(1, driver.Stripe.CustomerCount);
        Assert.Empty(await JobsAsync(driver));
    }

    [Theory]
    [InlineData(Fault.Unauthorized)]
    [InlineData(Fault.Forbidden)]
    public async Task Item_WhenStripeRefusesTheKey_WaitsAndSpendsNoAttempt(Fault fault)
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        driver.Stripe.Faults.PlanFor("/add_lines", fault);

        await driver.DeliverAsync(item.Invoice.OrganizationId);
        var paused = await driver.Get<SyncMonitor>().RecountAsync(Token);
        await driver.PlayAsync();

        Assert.Equal(driver.Clock.GetUtcNow().Date, paused.PausedUntil?.UtcDateTime.Date);
        Assert.Contains("sage", paused.PauseReason);
        Assert.DoesNotContain("sk_test_usage", paused.PauseReason);
        Assert.Contains(driver.Log.GetSnapshot(), line => line.Level == Microsoft.Extensions.Logging.LogLevel.Error && line.Message.Contains("refuses the key", StringComparison.Ordinal));
        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(item)).SyncStatus);
        Assert.Null((await driver.Get<SyncMonitor>().RecountAsync(Token)).PausedUntil);
        Assert.Empty(Attempts(driver, "failed"));
    }

    [Fact]
    public async Task Item_WhenStorageFails_IsTriedAgainAndNotCanceled()
    {
        await using var driver = await StartAsync();
        var item = await AddItemAsync(driver);
        var spoiled = 0;
        driver.Storage.FaultOf = (_, message) => message.Request.Uri.ToString().Contains("$batch", StringComparison.Ordinal) && driver.LinesAtStripe().Count > 0 && spoiled++ < 8
            ? BillingFunctions.Testing.Fakes.StorageFault.FailBefore
            : BillingFunctions.Testing.Fakes.StorageFault.None;

        await Assert.ThrowsAnyAsync<Exception>(() => driver.DeliverAsync(item.Invoice.OrganizationId));
        driver.Storage.FaultOf = (_, _) => BillingFunctions.Testing.Fakes.StorageFault.None;
        driver.Clock.Advance(TimeSpan.FromMinutes(2));
        await driver.DeliverAsync(item.Invoice.OrganizationId);

        Assert.Equal(SyncStatus.Synced, (await driver.ItemAsync(item)).SyncStatus);
        Assert.Single(driver.LinesAtStripe()[item.ToString()]);
        Assert.Empty(await JobsAsync(driver));
    }

    [Fact]
    public async Task Group_WithOneRefusedLine_LosesOnlyThatOne()
    {
        await using var driver = await StartAsync(("Sync__GroupAbove", "5"), ("Sync__RealTimeBelow", "1"));
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();

        // All eight, the second four of them, the first two of those and the first of these.
        driver.Stripe.Faults.PlanFor("/add_lines", Fault.Refused, Fault.None, Fault.Refused, Fault.Refused, Fault.Refused);

        var items = await driver.AddItemsAsync(invoice, 8);
        await driver.PlayAsync();

        var states = await Task.WhenAll(items.Select(driver.ItemAsync));
        Assert.Equal(7, states.Count(item => item.SyncStatus == SyncStatus.Synced));
        Assert.Single(states, item => item.SyncStatus == SyncStatus.Canceled);
        Assert.All(states.Where(item => item.SyncStatus == SyncStatus.Synced), item => Assert.Single(driver.LinesAtStripe()[item.Id]));
    }

    [Fact]
    public async Task Organization_ThatFailsForGood_HoldsUpNoOther()
    {
        await using var driver = await StartAsync();
        var (bad, good) = (await driver.AddInvoiceAsync("Bad"), await driver.AddInvoiceAsync("Good"));
        await driver.PlayAsync();
        var customer = (await driver.Get<BillingFunctions.UsageBilling.Organizations.OrganizationStore>().FindAsync(bad.OrganizationId, Token))!.Read<BillingFunctions.UsageBilling.Organizations.Organization>().StripeCustomerId!;
        driver.Stripe.Faults.FailAlways(customer, Fault.ServerError);

        var (lost, kept) = (await driver.AddItemsAsync(bad, 3), await driver.AddItemsAsync(good, 3));
        await driver.PlayAsync();

        Assert.All(await Task.WhenAll(kept.Select(driver.ItemAsync)), item => Assert.Equal(SyncStatus.Synced, item.SyncStatus));
        Assert.All(await Task.WhenAll(lost.Select(driver.ItemAsync)), item => Assert.Equal(SyncStatus.Discarded, item.SyncStatus));
        Assert.Equal(3, (await JobsAsync(driver)).Count);
    }

    private Task<UsageSyncDriver> StartAsync(params (string Name, string Value)[] settings) => UsageSyncDriver.StartAsync(azurite.NewAccount(), "1000/1", fake: null, settings);

    /// <summary>An item of an organization whose customer and draft are there already.</summary>
    private static async Task<ItemId> AddItemAsync(UsageSyncDriver driver)
    {
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        return Assert.Single(await driver.AddItemsAsync(invoice, 1));
    }

    /// <summary>Plays, and lets Stripe's time to answer run out when it does not.</summary>
    private static async Task PlayWithTimeoutsAsync(UsageSyncDriver driver)
    {
        var play = driver.PlayAsync();
        await Poll.UntilAsync(
            async () =>
            {
                await Task.WhenAny(play, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
                driver.Clock.Advance(play.IsCompleted ? TimeSpan.Zero : StripeTimeout);
                return play.IsCompleted;
            },
            isDone => isDone);
        await play;
    }

    private static IEnumerable<FakeLogRecord> Attempts(UsageSyncDriver driver, string outcome) =>
        driver.Log.GetSnapshot().Where(line => line.Message.StartsWith("Attempt", StringComparison.Ordinal) && line.Message.Contains(outcome, StringComparison.Ordinal));

    private static Task<IReadOnlyList<FailedJob>> JobsAsync(UsageSyncDriver driver) => driver.FailedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, 100, Token);
}
