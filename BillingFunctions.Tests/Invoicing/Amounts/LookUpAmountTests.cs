using System.Diagnostics;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Amounts;

public sealed class LookUpAmountTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AnAmount_IsStoredAndItsMailQueued()
    {
        await using var rig = await StartAsync();

        await rig.LookUpAsync(Id);

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.Priced, new Money(rig.Amounts.AmountOf(Id, InvoicingRig.Month).Amount!.Value, "usd"), 1), (invoice.Status, invoice.Amount!.Value, invoice.LookupAttempts));
        Assert.Equal([Id], await rig.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Run_DeliveredAgain_AsksNotAgainButQueuesTheMailAgain()
    {
        await using var rig = await StartAsync();
        await rig.LookUpAsync(Id);
        await rig.TakeAsync(InvoiceEmail.Queue);
        var before = await rig.FindAsync(Id);
        rig.Amounts.Answer(Id, 200, """{ "amount": 1, "currency": "eur" }""");

        await rig.LookUpAsync(Id);

        Assert.Equal(before, await rig.FindAsync(Id));
        Assert.Equal([Id], await rig.TakeAsync(InvoiceEmail.Queue));
        Assert.Equal(1, rig.Amounts.CallsFor(Id));
    }

    [Fact]
    public async Task Run_TwiceAtTheSameTime_StoresOneAmount()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Faults.Latency = TimeSpan.FromMilliseconds(100);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => rig.LookUpAsync(Id)));

        Assert.Equal(InvoiceStatus.Priced, (await rig.FindAsync(Id)).Status);
        Assert.All(await rig.TakeAsync(InvoiceEmail.Queue), id => Assert.Equal(Id, id));
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
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = Id, Status = status });
        var before = await rig.FindAsync(Id);

        await rig.LookUpAsync(Id);
        await rig.LookUpAsync("nobody");

        Assert.Equal(before, await rig.FindAsync(Id));
        Assert.Equal((0, 0), (await rig.CountAsync(InvoiceEmail.Queue), rig.Amounts.Calls.Total));
    }

    [Theory]
    [InlineData(200, """{ "amount": null }""")]
    [InlineData(200, """{ "amount": 0, "currency": "usd" }""")]
    [InlineData(404, "")]
    public async Task Run_NothingToPay_IsNoChargeWithoutMail(int status, string body)
    {
        await using var rig = await StartAsync();
        rig.Amounts.Answer(Id, status, body);

        await rig.LookUpAsync(Id);

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.NoCharge, null), (invoice.Status, invoice.Amount));
        Assert.NotNull(invoice.Reason);
        Assert.Equal(0, await rig.CountAsync(InvoiceEmail.Queue));
    }

    [Theory]
    [InlineData("""{ "amount": -1250, "currency": "usd" }""", "")]
    [InlineData("""{ "amount": 12.5, "currency": "usd" }""", "")]
    [InlineData("""{ "amount": 1250, "currency": "xyz" }""", "")]
    [InlineData("""{ "amount": 1250 }""", "")]
    [InlineData("""{ "amount": 1250, "currency": "usd" }""", "eur")]
    public async Task Run_CannotBeBilled_FailsAtOnceAndCanBeRetried(string body, string currency)
    {
        await using var rig = await StartAsync(currency);
        rig.Amounts.Answer(Id, 200, body);

        await rig.LookUpAsync(Id);

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, null, 1), (invoice.Status, invoice.Amount, invoice.LookupAttempts));
        var job = Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Equal((invoice.Reason, $"{InvoicingRig.Month}/{Id}", 1), (job.Error, job.JobId, job.Attempts));
        Assert.Equal(new InvoiceLookup(InvoicingRig.Month, Id), JsonSerializer.Deserialize<InvoiceLookup>(job.Payload!));
        Assert.Equal((1, 0, 0), (rig.Amounts.CallsFor(Id), await rig.CountAsync(InvoiceLookup.Queue), await rig.CountAsync(InvoiceEmail.Queue)));
    }

    [Theory]
    [InlineData(AmountFault.ServerError)]
    [InlineData(AmountFault.RateLimit)]
    [InlineData(AmountFault.Garbage)]
    [InlineData(AmountFault.Cut)]
    public async Task Run_ApiFails_ComesAgainUntilItAnswers(AmountFault fault)
    {
        await using var rig = await StartAsync();
        rig.Amounts.Faults.ServerErrorRate = fault == AmountFault.ServerError ? 1 : 0;
        rig.Amounts.Faults.RateLimitRate = fault == AmountFault.RateLimit ? 1 : 0;
        rig.Amounts.Faults.GarbageRate = fault == AmountFault.Garbage ? 1 : 0;
        rig.Amounts.Faults.CutRate = fault == AmountFault.Cut ? 1 : 0;

        await rig.LookUpAsync(Id);
        Assert.Equal((InvoiceStatus.Pending, 1), ((await rig.FindAsync(Id)).Status, await rig.CountAsync(InvoiceLookup.Queue)));
        (rig.Amounts.Faults.ServerErrorRate, rig.Amounts.Faults.RateLimitRate, rig.Amounts.Faults.GarbageRate, rig.Amounts.Faults.CutRate) = (0, 0, 0, 0);
        await rig.DeliverLookupsAsync();

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.Priced, 2), (invoice.Status, invoice.LookupAttempts));
    }

    [Fact]
    public async Task Run_ApiFailsEachTime_FailsAfterTheLastAttemptAndIsNeverZero()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Faults.ServerErrorRate = 1;

        await rig.LookUpAsync(Id);
        await rig.DeliverLookupsAsync();

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, null, 3, "The amount API answered 500."), (invoice.Status, invoice.Amount, invoice.LookupAttempts, invoice.Reason));
        Assert.Equal(3, Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token)).Attempts);
    }

    [Fact]
    public async Task Run_AFailedOneThatIsRetried_IsPricedAndItsFailedJobGone()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Answer(Id, 200, """{ "amount": -1 }""");
        await rig.LookUpAsync(Id);
        rig.Amounts.Forget(Id);

        await rig.LookUpAsync(Id);

        Assert.Equal(InvoiceStatus.Priced, (await rig.FindAsync(Id)).Status);
        Assert.Empty(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Equal([Id], await rig.TakeAsync(InvoiceEmail.Queue));
    }

    /// <summary>A chain of attempts beside the one that has failed for good: it comes too late.</summary>
    [Fact]
    public async Task Run_AFailedOneThatFollowedAnAttempt_StaysFailedWithItsJob()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Answer(Id, 200, """{ "amount": -1, "currency": "usd" }""");
        await rig.LookUpAsync(Id);
        rig.Amounts.Answer(Id, 200, """{ "amount": 7, "currency": "usd" }""");

        await rig.LookUpAsync(Id, attempts: 1);

        Assert.Equal(InvoiceStatus.LookupFailed, (await rig.FindAsync(Id)).Status);
        Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));

        // Or the one that failed died before it could add the job.
        await rig.FailedJobs.RemoveOfAsync(InvoiceLookup.Queue, $"{InvoicingRig.Month}/{Id}", Token);
        await rig.LookUpAsync(Id, attempts: 1);
        Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }

    [Fact]
    public async Task Run_OtherCurrencyThanTheMonthBefore_FailsAtOnce()
    {
        await using var rig = await StartAsync();
        await rig.PutAsync(new MonthlyInvoice { Month = "2026-02", CustomerId = Id, Status = InvoiceStatus.Sent, Amount = new Money(900, "usd") });
        rig.Amounts.Answer(Id, 200, """{ "amount": 900, "currency": "eur" }""");

        await rig.LookUpAsync(Id);

        var invoice = await rig.FindAsync(Id);
        Assert.Equal((InvoiceStatus.LookupFailed, "The amount is in eur, but the customer is billed in usd."), (invoice.Status, invoice.Reason));
    }

    [Fact]
    public async Task Run_ApiNeverAnswers_IsGivenUpAfterFiveSeconds()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Faults.Plan(AmountFault.Timeout);
        var clock = Stopwatch.StartNew();

        await rig.LookUpAsync(Id);

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(15));
        Assert.Equal((InvoiceStatus.Pending, 1), ((await rig.FindAsync(Id)).Status, await rig.CountAsync(InvoiceLookup.Queue)));
    }

    [Fact]
    public async Task Run_AFailedOneThatFailsForNow_IsOpenAgain()
    {
        await using var rig = await StartAsync();
        rig.Amounts.Answer(Id, 200, """{ "amount": -1 }""");
        await rig.LookUpAsync(Id);
        rig.Amounts.Answer(Id, 503, "");

        await rig.LookUpAsync(Id);

        Assert.Equal((InvoiceStatus.Pending, 1), ((await rig.FindAsync(Id)).Status, await rig.CountAsync(InvoiceLookup.Queue)));
    }

    [Fact]
    public async Task Run_ApiIsDown_OpensTheCircuitAndSpendsNoMoreAttempts()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(InvoicingRig.Customers(60).Select(customer => new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = customer.Id, LookupAttempts = 2 }));
        rig.Amounts.Faults.ServerErrorRate = 1;

        for (var number = 0; number < 60; number++)
        {
            await rig.LookUpAsync($"cus_{number:D5}", attempts: 2);
        }

        Assert.Equal(60 - rig.Amounts.Calls.Total, await rig.CountAsync(InvoiceLookup.Queue));
        var totals = await rig.CheckAsync();
        Assert.InRange(rig.Amounts.Calls.Total, 20, 30);
        Assert.Equal(rig.Amounts.Calls.Total, totals.CountOf(InvoiceStatus.LookupFailed));
        Assert.Equal(60 - rig.Amounts.Calls.Total, totals.CountOf(InvoiceStatus.Pending));
    }

    [Fact]
    public async Task Run_ManyAtOnce_AskNoFasterThanTheLimit()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite, settings: ("Amounts:RateLimit", "20/1"));
        await rig.PutAsync(InvoicingRig.Customers(70).Select(customer => new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = customer.Id }));

        await Task.WhenAll(Enumerable.Range(0, 70).Select(number => rig.LookUpAsync($"cus_{number:D5}")));
        await rig.DeliverLookupsAsync();

        Assert.Equal(70, (await rig.CheckAsync()).CountOf(InvoiceStatus.Priced));
        Assert.Equal(70, rig.Amounts.Calls.Total);

        // A call may be that much longer on its way than one that follows it a window later.
        Assert.InRange(rig.Amounts.Calls.MostInAnyWindow(TimeSpan.FromSeconds(0.9)), 15, 20);
    }

    [Theory]
    [InlineData("a b%2F+ü")]
    [InlineData("ACME, Inc.")]
    [InlineData("..")]
    public async Task Run_AwkwardId_AsksForThatCustomerOrNobody(string id)
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = id });

        await rig.LookUpAsync(id);

        Assert.Equal(id == ".." ? InvoiceStatus.LookupFailed : InvoiceStatus.Priced, (await rig.FindAsync(id)).Status);
        Assert.Equal(id == ".." ? 0 : 1, rig.Amounts.CallsFor(id));
    }

    private async Task<InvoicingRig> StartAsync(string currency = "")
    {
        var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = Id, Currency = currency.Length == 0 ? null : currency });
        return rig;
    }
}
