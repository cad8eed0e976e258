using System.Diagnostics;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Amounts;

public sealed class LookUpAmountTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AnAmount_IsStoredAndItsMailQueued()
    {
        await using var driver = await StartAsync();

        await driver.LookUpAsync(Id);

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.Priced, new Money(driver.Amounts.AmountOf(Id, InvoicingJobsDriver.Month).Amount!.Value, "usd"), 1), (invoice.Status, invoice.Amount!.Value, invoice.LookupAttempts));
        Assert.Equal([Id], await driver.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Run_DeliveredAgain_AsksNotAgainButQueuesTheMailAgain()
    {
        await using var driver = await StartAsync();
        await driver.LookUpAsync(Id);
        await driver.TakeAsync(InvoiceEmail.Queue);
        var before = await driver.FindAsync(Id);
        driver.Amounts.Answer(Id, 200, """{ "amount": 1, "currency": "eur" }""");

        await driver.LookUpAsync(Id);

        Assert.Equal(before, await driver.FindAsync(Id));
        Assert.Equal([Id], await driver.TakeAsync(InvoiceEmail.Queue));
        Assert.Equal(1, driver.Amounts.CallsFor(Id));
    }

    [Fact]
    public async Task Run_TwiceAtTheSameTime_StoresOneAmount()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Faults.Latency = TimeSpan.FromMilliseconds(100);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => driver.LookUpAsync(Id)));

        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync(Id)).Status);
        Assert.All(await driver.TakeAsync(InvoiceEmail.Queue), id => Assert.Equal(Id, id));
    }

    [Theory]
    [InlineData(InvoiceStatus.Sending)]
    [InlineData(InvoiceStatus.Sent)]
    [InlineData(InvoiceStatus.NoCharge)]
    [InlineData(InvoiceStatus.EmailFailed)]
    [InlineData(InvoiceStatus.DeliveryUnknown)]
    [InlineData(InvoiceStatus.NotBilled)]
    public async Task Run_NothingToLookUp_DoesNothing(InvoiceStatus status)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = Id, Status = status });
        var before = await driver.FindAsync(Id);

        await driver.LookUpAsync(Id);
        await driver.LookUpAsync("nobody");

        Assert.Equal(before, await driver.FindAsync(Id));
        Assert.Equal((0, 0), (await driver.CountAsync(InvoiceEmail.Queue), driver.Amounts.Calls.Total));
    }

    [Theory]
    [InlineData(200, """{ "amount": null }""")]
    [InlineData(200, """{ "amount": 0, "currency": "usd" }""")]
    public async Task Run_NothingToPay_IsNoChargeWithoutMail(int status, string body)
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, status, body);

        await driver.LookUpAsync(Id);

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.NoCharge, null), (invoice.Status, invoice.Amount));
        Assert.NotNull(invoice.Reason);
        Assert.Equal(0, await driver.CountAsync(InvoiceEmail.Queue));
    }

    [Theory]
    [InlineData("""{ "amount": -1250, "currency": "usd" }""", "")]
    [InlineData("""{ "amount": 12.5, "currency": "usd" }""", "")]
    [InlineData("""{ "amount": 1250, "currency": "xyz" }""", "")]
    [InlineData("""{ "amount": 1250 }""", "")]
    [InlineData("""{ "amount": 1250, "currency": "usd" }""", "eur")]
    public async Task Run_CannotBeBilled_FailsAtOnceAndCanBeRetried(string body, string currency)
    {
        await using var driver = await StartAsync(currency);
        driver.Amounts.Answer(Id, 200, body);

        await driver.LookUpAsync(Id);

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, null, 1), (invoice.Status, invoice.Amount, invoice.LookupAttempts));
        var job = Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Equal((invoice.Reason, $"{InvoicingJobsDriver.Month}/{Id}", 1), (job.Error, job.JobId, job.Attempts));
        Assert.Equal(new InvoiceLookup(InvoicingJobsDriver.Month, Id), JsonSerializer.Deserialize<InvoiceLookup>(job.Payload!));
        Assert.Equal((1, 0, 0), (driver.Amounts.CallsFor(Id), await driver.CountAsync(InvoiceLookup.Queue), await driver.CountAsync(InvoiceEmail.Queue)));
    }

    [Theory]
    [InlineData(AmountFault.ServerError)]
    [InlineData(AmountFault.RateLimit)]
    [InlineData(AmountFault.Garbage)]
    [InlineData(AmountFault.Cut)]
    public async Task Run_ApiFails_ComesAgainUntilItAnswers(AmountFault fault)
    {
        await using var driver = await StartAsync();
        driver.Amounts.Faults.ServerErrorRate = fault == AmountFault.ServerError ? 1 : 0;
        driver.Amounts.Faults.RateLimitRate = fault == AmountFault.RateLimit ? 1 : 0;
        driver.Amounts.Faults.GarbageRate = fault == AmountFault.Garbage ? 1 : 0;
        driver.Amounts.Faults.CutRate = fault == AmountFault.Cut ? 1 : 0;

        await driver.LookUpAsync(Id);
        Assert.Equal((InvoiceStatus.Pending, 1), ((await driver.FindAsync(Id)).Status, await driver.CountAsync(InvoiceLookup.Queue)));
        (driver.Amounts.Faults.ServerErrorRate, driver.Amounts.Faults.RateLimitRate, driver.Amounts.Faults.GarbageRate, driver.Amounts.Faults.CutRate) = (0, 0, 0, 0);
        await driver.DeliverLookupsAsync();

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.Priced, 2), (invoice.Status, invoice.LookupAttempts));
    }

    [Fact]
    public async Task Run_ApiFailsEachTime_FailsAfterTheLastAttemptAndIsNeverZero()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Faults.ServerErrorRate = 1;

        await driver.LookUpAsync(Id);
        await driver.DeliverLookupsAsync();

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, null, 3, "The amount API answered 500."), (invoice.Status, invoice.Amount, invoice.LookupAttempts, invoice.Reason));
        Assert.Equal(3, Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token)).Attempts);
    }

    [Fact]
    public async Task Run_AFailedOneThatIsRetried_IsPricedAndItsFailedJobGone()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 200, """{ "amount": -1 }""");
        await driver.LookUpAsync(Id);
        driver.Amounts.Forget(Id);

        await driver.LookUpAsync(Id);

        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync(Id)).Status);
        Assert.Empty(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Equal([Id], await driver.TakeAsync(InvoiceEmail.Queue));
    }

    /// <summary>A chain of attempts beside the one that has failed for good: it comes too late.</summary>
    [Fact]
    public async Task Run_AFailedOneThatFollowedAnAttempt_StaysFailedWithItsJob()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 200, """{ "amount": -1, "currency": "usd" }""");
        await driver.LookUpAsync(Id);
        driver.Amounts.Answer(Id, 200, """{ "amount": 7, "currency": "usd" }""");

        await driver.LookUpAsync(Id, attempts: 1);

        Assert.Equal(InvoiceStatus.LookupFailed, (await driver.FindAsync(Id)).Status);
        Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));

        // Or the one that failed died before it could add the job.
        await driver.FailedJobs.RemoveOfAsync(InvoiceLookup.Queue, $"{InvoicingJobsDriver.Month}/{Id}", Token);
        await driver.LookUpAsync(Id, attempts: 1);
        Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }

    [Fact]
    public async Task Run_OtherCurrencyThanTheMonthBefore_FailsAtOnce()
    {
        await using var driver = await StartAsync();
        await driver.PutAsync(new MonthlyInvoice { Month = "2026-02", CustomerId = Id, Status = InvoiceStatus.Sent, Amount = new Money(900, "usd") });
        driver.Amounts.Answer(Id, 200, """{ "amount": 900, "currency": "eur" }""");

        await driver.LookUpAsync(Id);

        var invoice = await driver.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, "The amount is in eur, but the customer is billed in usd."), (invoice.Status, invoice.Reason));
    }

    [Fact]
    public async Task Run_ApiNeverAnswers_IsGivenUpAfterFiveSeconds()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Faults.Plan(AmountFault.Timeout);
        var clock = Stopwatch.StartNew();

        await driver.LookUpAsync(Id);

        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(4.9), $"{clock.Elapsed}");
        Assert.Equal((InvoiceStatus.Pending, 1), ((await driver.FindAsync(Id)).Status, await driver.CountAsync(InvoiceLookup.Queue)));
    }

    [Fact]
    public async Task Run_AFailedOneThatFailsForNow_IsOpenAgain()
    {
        await using var driver = await StartAsync();
        driver.Amounts.Answer(Id, 200, """{ "amount": -1 }""");
        await driver.LookUpAsync(Id);
        driver.Amounts.Answer(Id, 503, "");

        await driver.LookUpAsync(Id);

        Assert.Equal((InvoiceStatus.Pending, 1), ((await driver.FindAsync(Id)).Status, await driver.CountAsync(InvoiceLookup.Queue)));
    }

    [Fact]
    public async Task Run_ApiIsDown_OpensTheCircuitAndSpendsNoMoreAttempts()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(InvoicingJobsDriver.Customers(60).Select(customer => new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = customer.Id, LookupAttempts = 2 }));
        driver.Amounts.Faults.ServerErrorRate = 1;

        for (var number = 0; number < 60; number++)
        {
            await driver.LookUpAsync($"cus_{number:D5}", attempts: 2);
        }

        Assert.Equal(60 - driver.Amounts.Calls.Total, await driver.CountAsync(InvoiceLookup.Queue));
        var totals = await driver.CountAsync();
        Assert.InRange(driver.Amounts.Calls.Total, 20, 30);
        Assert.Equal(driver.Amounts.Calls.Total, totals.CountOf(InvoiceStatus.LookupFailed));
        Assert.Equal(60 - driver.Amounts.Calls.Total, totals.CountOf(InvoiceStatus.Pending));
    }

    [Fact]
    public async Task Run_ManyAtOnce_AskNoFasterThanTheLimit()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), settings: ("Amounts:RateLimit", "20/1"));
        await driver.PutAsync(InvoicingJobsDriver.Customers(70).Select(customer => new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = customer.Id }));

        await Task.WhenAll(Enumerable.Range(0, 70).Select(number => driver.LookUpAsync($"cus_{number:D5}")));
        await driver.DeliverLookupsAsync();

        Assert.Equal(70, (await driver.CountAsync()).CountOf(InvoiceStatus.Priced));
        Assert.Equal(70, driver.Amounts.Calls.Total);

        // A call may be that much longer on its way than one that follows it a window later.
        Assert.InRange(driver.Amounts.Calls.MostInAnyWindow(TimeSpan.FromSeconds(0.9)), 15, 20);
    }

    [Theory]
    [InlineData("a b%2F+ü")]
    [InlineData("ACME, Inc.")]
    [InlineData("..")]
    public async Task Run_AwkwardId_AsksForThatCustomerOrNobody(string id)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = id });

        await driver.LookUpAsync(id);

        Assert.Equal(id == ".." ? InvoiceStatus.LookupFailed : InvoiceStatus.Priced, (await driver.FindAsync(id)).Status);
        Assert.Equal(id == ".." ? 0 : 1, driver.Amounts.CallsFor(id));
    }

    private async Task<InvoicingJobsDriver> StartAsync(string currency = "")
    {
        var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = Id, Currency = currency.Length == 0 ? null : currency });
        return driver;
    }
}
