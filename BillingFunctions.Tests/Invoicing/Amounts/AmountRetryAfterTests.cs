using System.Globalization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Amounts;

/// <summary>The amount API says how long it is not to be asked for a customer, and nothing but a person asks it before.</summary>
public sealed class AmountRetryAfterTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly FakeTimeProvider _time = new(InvoicingJobsDriver.Ingested);

    [Theory]
    [InlineData(429, 120, false)]
    [InlineData(503, 3600, false)]
    [InlineData(500, 600, true)]
    [InlineData(403, 45, false)]
    [InlineData(408, 86_400, true)]
    [InlineData(502, 604_799, false)]
    public async Task Run_ApiAsksToWait_IsAskedNoSooner(int status, int seconds, bool isDate)
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, status, "", isDate ? DateIn(TimeSpan.FromSeconds(seconds)) : $"{seconds}");
        await driver.LookUpAsync(Id);
        driver.Amounts.Forget(Id);
        Assert.Equal(_time.GetUtcNow().AddSeconds(seconds), (await driver.FindAsync(Id)).QueuedAt);

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await driver.LookUpAsync(Id, attempts: 1);
        await SweepAndDeliverAsync(driver);
        Assert.Equal((1, InvoiceStatus.Pending, 1), (driver.Amounts.CallsFor(Id), (await driver.FindAsync(Id)).Status, (await driver.FindAsync(Id)).LookupAttempts));

        _time.Advance(TimeSpan.FromSeconds(1));
        await driver.LookUpAsync(Id, attempts: 1);
        Assert.Equal((2, InvoiceStatus.Priced), (driver.Amounts.CallsFor(Id), (await driver.FindAsync(Id)).Status));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("1.5")]
    [InlineData("Wed, 01 Apr 2026 05:00:00 GMT")]
    public async Task Run_WaitIsShorterOrNone_KeepsTheStaggeredRetry(string retryAfter)
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 429, "", retryAfter);

        await driver.LookUpAsync(Id);

        Assert.InRange((await driver.FindAsync(Id)).QueuedAt!.Value - _time.GetUtcNow(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(36));
    }

    /// <summary>Longer than a queue can hide a message.</summary>
    [Theory]
    [InlineData("604801")]
    [InlineData("2592000")]
    [InlineData("99999999999999999999999")]
    [InlineData("Thu, 31 Dec 2099 23:59:59 GMT")]
    public async Task Run_WaitIsLongerThanAWeek_IsAskedAfterAWeek(string retryAfter)
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 503, "", retryAfter);
        await driver.LookUpAsync(Id);
        driver.Amounts.Forget(Id);
        Assert.Equal((_time.GetUtcNow() + Week, 1), ((await driver.FindAsync(Id)).QueuedAt, await driver.CountAsync(InvoiceLookup.Queue)));

        _time.Advance(Week - TimeSpan.FromSeconds(1));
        await driver.LookUpAsync(Id, attempts: 1);
        Assert.Equal(1, driver.Amounts.CallsFor(Id));

        _time.Advance(TimeSpan.FromSeconds(1));
        await driver.LookUpAsync(Id, attempts: 1);
        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync(Id)).Status);
    }

    /// <summary>The message comes again while the circuit is open, which would put it back for ten seconds.</summary>
    [Fact]
    public async Task Run_CircuitOpensMeanwhile_IsAskedNoSooner()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 503, "", "3600");
        await driver.LookUpAsync(Id);
        driver.Amounts.Faults.ServerErrorRate = 1;
        await driver.PutAsync(InvoicingJobsDriver.Customers(31).Skip(1).Select(customer => new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = customer.Id }));
        foreach (var customer in InvoicingJobsDriver.Customers(31).Skip(1))
        {
            // Or the rate limit would wait for the clock.
            _time.Advance(TimeSpan.FromSeconds(1));
            await driver.LookUpAsync(customer.Id);
        }

        driver.Amounts.Faults.ServerErrorRate = 0;
        driver.Amounts.Forget(Id);
        await driver.LookUpAsync(Id, attempts: 1);
        _time.Advance(TimeSpan.FromMinutes(3));
        await driver.LookUpAsync(Id, attempts: 1);

        Assert.Equal((1, InvoicingJobsDriver.Ingested.AddHours(1)), (driver.Amounts.CallsFor(Id), (await driver.FindAsync(Id)).QueuedAt));
    }

    /// <summary>The last attempt has failed, and the message of the first is delivered once more.</summary>
    [Fact]
    public async Task Run_FailedForGoodAndDeliveredAgain_IsAskedNoSooner()
    {
        await using var driver = await StartAsync(attempts: 2);
        driver.Amounts.Answer(Id, 429, "", "3600");
        await driver.LookUpAsync(Id, attempts: 2);
        driver.Amounts.Forget(Id);
        Assert.Equal(InvoiceStatus.LookupFailed, (await driver.FindAsync(Id)).Status);

        _time.Advance(TimeSpan.FromMinutes(59));
        await driver.LookUpAsync(Id);

        Assert.Equal((1, InvoiceStatus.LookupFailed), (driver.Amounts.CallsFor(Id), (await driver.FindAsync(Id)).Status));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task RetryLookups_ApiAskedToWait_APersonAsksAllTheSame(int attempts)
    {
        await using var driver = await StartAsync(attempts);
        driver.Amounts.Answer(Id, 429, "", "3600");
        await driver.LookUpAsync(Id, attempts);
        driver.Amounts.Forget(Id);

        _time.Advance(TimeSpan.FromMinutes(1));
        await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Lookup, isDryRun: false, TestContext.Current.CancellationToken);
        await driver.LookUpAsync(Id);

        Assert.Equal((2, InvoiceStatus.Priced), (driver.Amounts.CallsFor(Id), (await driver.FindAsync(Id)).Status));
    }

    private string DateIn(TimeSpan wait) => (_time.GetUtcNow() + wait).ToString("R", CultureInfo.InvariantCulture);

    private static async Task SweepAndDeliverAsync(InvoicingJobsDriver driver)
    {
        await driver.SweepAsync();
        foreach (var customer in await driver.TakeAsync(InvoiceLookup.Queue))
        {
            await driver.LookUpAsync(customer, (await driver.FindAsync(customer)).LookupAttempts);
        }
    }

    private async Task<InvoicingJobsDriver> StartAsync(int attempts = 0)
    {
        var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _time, settings: ("Invoicing:RetryDelays", "00:00:30,00:00:30"));
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = Id, LookupAttempts = attempts, QueuedAt = _time.GetUtcNow() });
        return driver;
    }
}
