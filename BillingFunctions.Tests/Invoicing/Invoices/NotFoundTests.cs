using Azure.Core;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>The amount API answers 404. That nothing is owed is believed of few customers, and of none that was billed lately.</summary>
public sealed class NotFoundTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(InvoicingJobsDriver.Ingested);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-02", InvoiceStatus.Sent)]
    [InlineData("2026-01", InvoiceStatus.DeliveryUnknown)]
    [InlineData("2025-12", InvoiceStatus.EmailFailed)]
    public async Task LookUp_BilledInTheLastThreeMonths_FailsAndSaysWhen(string month, InvoiceStatus status)
    {
        await using var driver = await StartAsync(unknown: 1);
        await driver.PutAsync(Invoice(0) with { Month = month, Status = status, Amount = new Money(500, "usd") });

        await LookUpAsync(driver, 1);

        Assert.Equal("lookup_failed", await StatusAsync(driver, 0));
        var job = Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Contains("404", job.Error, StringComparison.Ordinal);
        Assert.Contains(month, job.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11", InvoiceStatus.Sent, 500L)]
    [InlineData("2026-02", InvoiceStatus.NoCharge, null)]
    [InlineData("2026-02", InvoiceStatus.LookupFailed, null)]
    public async Task LookUp_NotBilledLately_IsHeldUntilTheMonthIsLookedUp(string month, InvoiceStatus status, long? amount)
    {
        await using var driver = await StartAsync(unknown: 1);
        await driver.PutAsync(Invoice(0) with { Month = month, Status = status, Amount = amount is { } billed ? new Money(billed, "usd") : null });

        await LookUpAsync(driver, 1);
        Assert.Equal("not_found", await StatusAsync(driver, 0));
        await SweepAsync(driver);

        Assert.Equal("no_charge", await StatusAsync(driver, 0));
        Assert.Contains("404", (await driver.FindAsync(Id(0))).Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await driver.CountAsync(InvoiceEmail.Queue), (await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token)).Count));
    }

    /// <summary>Customers that are not billed are no part of the run's invoices.</summary>
    [Theory]
    [InlineData(19, 0, "", "no_charge")]
    [InlineData(20, 0, "", "lookup_failed")]
    [InlineData(20, 380, "", "no_charge")]
    [InlineData(20, 379, "", "lookup_failed")]
    [InlineData(20, 20, "0.5", "no_charge")]
    [InlineData(20, 380, "0", "lookup_failed")]
    [InlineData(19, 0, "0", "no_charge")]
    public async Task Sweep_AllLookedUp_BelievesAFewOrASmallShare(int unknown, int sent, string share, string expected)
    {
        await using var driver = await StartAsync(unknown, share.Length == 0 ? [] : [("Invoicing:MaxNotFoundShare", share)]);
        await driver.PutAsync(Enumerable.Range(1000, sent).Select(number => Invoice(number) with { Status = InvoiceStatus.Sent, Amount = new Money(1, "usd") }));
        await driver.PutAsync(Enumerable.Range(5000, 100).Select(number => Invoice(number) with { Status = InvoiceStatus.NotBilled }));
        await LookUpAsync(driver, unknown);
        Assert.Equal((unknown, unknown), (await CountAsync(driver, "not_found"), (await driver.CountAsync()).Open));

        await SweepAsync(driver);

        Assert.Equal((unknown, 0), (await CountAsync(driver, expected), (await driver.CountAsync()).Open));
        Assert.Equal(expected == "lookup_failed" ? unknown : 0, (await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 100, Token)).Count);
    }

    [Fact]
    public async Task Sweep_ALookupOrTheRunIsUnderWay_Waits()
    {
        await using var driver = await StartAsync(unknown: 2, isAdded: false);
        await LookUpAsync(driver, 1);

        await SweepAsync(driver);
        Assert.Equal("not_found", await StatusAsync(driver, 0));
        await EndRunAsync(driver);
        await SweepAsync(driver);
        Assert.Equal("not_found", await StatusAsync(driver, 0));
        await driver.LookUpAsync(Id(1));
        await SweepAsync(driver);

        Assert.Equal(("no_charge", "no_charge"), (await StatusAsync(driver, 0), await StatusAsync(driver, 1)));
    }

    /// <summary>What has been judged counts on: else the last nineteen of a thousand would be believed.</summary>
    [Fact]
    public async Task Sweep_FailedOnesAreRetriedOneByOne_AreNotBelievedEither()
    {
        await using var driver = await StartAsync(unknown: 25);
        await LookUpAsync(driver, 25);
        await SweepAsync(driver);
        Assert.Equal(25, await CountAsync(driver, "lookup_failed"));

        await driver.LookUpAsync(Id(3));
        Assert.Equal("not_found", await StatusAsync(driver, 3));
        await SweepAsync(driver);

        Assert.Equal(25, await CountAsync(driver, "lookup_failed"));
    }

    [Fact]
    public async Task LookUp_RetriedAndKnownNow_IsPriced()
    {
        await using var driver = await StartAsync(unknown: 20);
        await LookUpAsync(driver, 20);
        await SweepAsync(driver);
        driver.Amounts.Answer(Id(0), 200, """{ "amount": 1250, "currency": "usd" }""");

        await driver.LookUpAsync(Id(0));

        Assert.Equal("priced", await StatusAsync(driver, 0));
        Assert.Equal(19, (await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 100, Token)).Count);
    }

    [Fact]
    public async Task Sweep_MonthOfLongAgo_IsJudgedToo()
    {
        await using var driver = await StartAsync(unknown: 1);
        _time.Advance(TimeSpan.FromDays(200));

        await LookUpAsync(driver, 1);
        await SweepAsync(driver);

        Assert.Equal("no_charge", await StatusAsync(driver, 0));
    }

    [Fact]
    public async Task Sweep_MonthOfLongAgoThatHadEnded_IsJudgedAgain()
    {
        await using var driver = await StartAsync(unknown: 25);
        _time.Advance(TimeSpan.FromDays(200));
        await LookUpAsync(driver, 25);
        await SweepAsync(driver);
        await SweepAsync(driver);
        Assert.Equal(25, await CountAsync(driver, "lookup_failed"));

        await driver.LookUpAsync(Id(3));
        Assert.Equal("not_found", await StatusAsync(driver, 3));
        await SweepAsync(driver);

        Assert.Equal(25, await CountAsync(driver, "lookup_failed"));
    }

    /// <summary>No message comes again for them, so nobody would add the failed job later.</summary>
    [Fact]
    public async Task Sweep_ProcessDiesWhenAnInvoiceHasFailed_ItsFailedJobIsThere()
    {
        await using var driver = await StartAsync(unknown: 0);
        await driver.PutAsync(Invoice(0) with { Status = InvoiceStatus.NotFound, LookupAttempts = 1, Reason = "404" });
        driver.Storage.FaultOf = (_, message) => message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.Contains(MonthlyInvoiceStore.Table, StringComparison.Ordinal)
            ? StorageFault.FreezeAfter
            : StorageFault.None;

        _ = driver.Store.ApplyAsync(InvoicingJobsDriver.Month, Id(0), new LookupsEnded(NotFound: 20, Billed: 20), Token);
        await driver.Storage.Frozen.WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal("lookup_failed", await StatusAsync(driver, 0));
        Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }

    private static string Id(int number) => $"cus_{number:D5}";

    private static MonthlyInvoice Invoice(int number) => new() { Month = InvoicingJobsDriver.Month, CustomerId = Id(number), Email = "a@example.com" };

    private static async Task<string> StatusAsync(InvoicingJobsDriver driver, int number) => (await driver.FindAsync(Id(number))).Status.ToText();

    private static async Task<int> CountAsync(InvoicingJobsDriver driver, string status) =>
        (await driver.CountAsync()).Statuses.Where(total => total.Status.ToText() == status).Sum(total => total.Count);

    private async Task LookUpAsync(InvoicingJobsDriver driver, int count)
    {
        for (var number = 0; number < count; number++)
        {
            // The rate limit keeps calls a millisecond apart.
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await driver.LookUpAsync(Id(number));
        }
    }

    private static async Task EndRunAsync(InvoicingJobsDriver driver)
    {
        var runs = driver.Get<InvoicingRuns>();
        var run = new InvoicingRun { Id = RunId.New<InvoicingRun>(InvoicingJobsDriver.Ingested), Month = InvoicingJobsDriver.Month, RequestedBy = "test", StartedAt = InvoicingJobsDriver.Ingested };
        Assert.True(await runs.TryClaimAsync(run, latestId: null, Token));
        await runs.SaveAsync(run with { Status = InvoicingRunStatus.Completed, FinishedAt = InvoicingJobsDriver.Ingested }, Token);
    }

    private async Task SweepAsync(InvoicingJobsDriver driver)
    {
        _time.Advance(TimeSpan.FromSeconds(60));
        await driver.SweepAsync();
    }

    private async Task<InvoicingJobsDriver> StartAsync(int unknown, (string Name, string Value)[]? settings = null, bool isAdded = true)
    {
        var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _time, settings: settings ?? []);
        foreach (var number in Enumerable.Range(0, unknown))
        {
            driver.Amounts.Answer(Id(number), 404, "");
        }

        await driver.PutAsync(Enumerable.Range(0, unknown).Select(number => Invoice(number) with { QueuedAt = _time.GetUtcNow() }));
        if (isAdded)
        {
            await EndRunAsync(driver);
        }

        return driver;
    }
}
