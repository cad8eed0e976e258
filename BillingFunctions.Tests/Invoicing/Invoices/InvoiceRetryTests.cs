using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Invoices;

public sealed class InvoiceRetryTests(AzuriteFixture azurite)
{
    private static readonly InvoiceStatus[] OneOfEach = [.. InvoiceStatuses.All];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, InvoiceLookup.Queue, "lookup_failed,pending")]
    [InlineData(1, InvoiceEmail.Queue, "email_failed,priced")]
    public async Task Retry_OneOfEachStatus_QueuesExactlyWhatIsOpen(int step, string queue, string expected)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await PutOneOfEachAsync(driver, sendingSince: TimeProvider.System.GetUtcNow());

        var retried = await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, (InvoiceStep)step, isDryRun: false, Token);

        Assert.Equal(2, retried.Enqueued);
        Assert.Equal(expected, string.Join(',', (await driver.TakeAsync(queue)).Order(StringComparer.Ordinal)));
        Assert.Empty(await driver.TakeAsync(queue == InvoiceLookup.Queue ? InvoiceEmail.Queue : InvoiceLookup.Queue));
        var changed = step == 0 ? InvoiceStatus.LookupFailed : InvoiceStatus.EmailFailed;
        foreach (var status in OneOfEach)
        {
            Assert.Equal(status == changed ? step == 0 ? InvoiceStatus.Pending : InvoiceStatus.Priced : status, (await driver.FindAsync(status.ToText())).Status);
        }
    }

    [Fact]
    public async Task Retry_DryRun_SaysHowManyAndHowMuchAndChangesNothing()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await PutOneOfEachAsync(driver, sendingSince: TimeProvider.System.GetUtcNow());
        await driver.PutAsync(Failed("cus_yen", new Money(1_250, "jpy")));
        await driver.PutAsync(Failed("cus_1", new Money(1_250, "usd")));
        await driver.PutAsync(Failed("cus_2", new Money(5, "usd")));
        var retry = driver.Get<RetryInvoicesFunctions>();

        var mails = await retry.RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Email, isDryRun: true, Token);
        var lookups = await retry.RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Lookup, isDryRun: true, Token);

        Assert.Equal((5, true), (mails.Enqueued, mails.DryRun));
        Assert.Equal([new Money(1_250, "jpy"), new Money(1_455, "usd")], mails.Amounts);
        Assert.Equal((2, true), (lookups.Enqueued, lookups.DryRun));
        Assert.Empty(lookups.Amounts);
        Assert.Empty(await driver.TakeAsync(InvoiceEmail.Queue));
        Assert.Empty(await driver.TakeAsync(InvoiceLookup.Queue));
        Assert.Equal(InvoiceStatus.EmailFailed, (await driver.FindAsync("cus_1")).Status);
        var done = await retry.RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Email, isDryRun: false, Token);
        Assert.Equal((mails.Enqueued, false), (done.Enqueued, done.DryRun));
        Assert.Equal(mails.Amounts, done.Amounts);

        static MonthlyInvoice Failed(string customerId, Money amount) =>
            new() { Month = InvoicingJobsDriver.Month, CustomerId = customerId, Status = InvoiceStatus.EmailFailed, Amount = amount };
    }

    /// <summary>Calling the hook while a server is greylisting must not use up the attempts.</summary>
    [Fact]
    public async Task RetryEmails_OneThatWaitsForItsNextAttempt_HasAllAttemptsAgain()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = "cus_1", Status = InvoiceStatus.Priced, EmailAttempts = 2 });

        Assert.Equal(1, (await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Email, isDryRun: false, Token)).Enqueued);

        Assert.Equal((InvoiceStatus.Priced, 0), ((await driver.FindAsync("cus_1")).Status, (await driver.FindAsync("cus_1")).EmailAttempts));
    }

    [Fact]
    public async Task RetryEmails_ASenderThatDied_IsUnknownAndNotQueued()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await PutOneOfEachAsync(driver, sendingSince: TimeProvider.System.GetUtcNow().AddSeconds(-91));

        Assert.Equal(2, (await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Email, isDryRun: false, Token)).Enqueued);

        Assert.Equal(InvoiceStatus.DeliveryUnknown, (await driver.FindAsync("sending")).Status);
        Assert.DoesNotContain("sending", await driver.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task RetryEmails_ASenderThatDiedAndResendIsSet_QueuesItToo()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), settings: ("Invoicing:OnUnknownDelivery", "Resend"));
        await PutOneOfEachAsync(driver, sendingSince: TimeProvider.System.GetUtcNow().AddSeconds(-91));

        Assert.Equal(3, (await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Email, isDryRun: false, Token)).Enqueued);

        Assert.Contains("sending", await driver.TakeAsync(InvoiceEmail.Queue));
        Assert.Equal((InvoiceStatus.Priced, 1), ((await driver.FindAsync("sending")).Status, (await driver.FindAsync("sending")).EmailAttempts));
    }

    [Fact]
    public async Task RetryLookups_AFailedOne_TakesTheCustomerAsItIsNowAndRemovesItsFailedJob()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = "c1", Currency = "eur", Email = "wrong@example.com" });
        await driver.LookUpAsync("c1");
        Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        await driver.SeedAsync([new BilledCustomer("c1", InvoicingJobsDriver.Ingested, "", "right@example.com", "One", "", "USD")]);

        await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Lookup, isDryRun: false, Token);

        var open = await driver.FindAsync("c1");
        Assert.Equal((InvoiceStatus.Pending, "right@example.com", "usd", null, 0), (open.Status, open.Email, open.Currency, open.Reason, open.LookupAttempts));
        Assert.Empty(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        await driver.DeliverLookupsAsync();
        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync("c1")).Status);
    }

    [Fact]
    public async Task Retry_TwiceAndAtOnce_ChangesNothingElse()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await PutOneOfEachAsync(driver, sendingSince: TimeProvider.System.GetUtcNow());
        var retry = driver.Get<RetryInvoicesFunctions>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => retry.RetryAsync(InvoicingJobsDriver.Month, (InvoiceStep)(number % 2), isDryRun: false, Token)));

        Assert.Equal(["lookup_failed", "pending"], (await driver.TakeAsync(InvoiceLookup.Queue)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["email_failed", "priced"], (await driver.TakeAsync(InvoiceEmail.Queue)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(OneOfEach.Length, (await driver.CountAsync()).Count);
    }

    [Fact]
    public async Task Retry_MoreThanTheQueueMayHold_QueuesTheRestWhenThereIsRoom()
    {
        var time = new ClockFake(InvoicingJobsDriver.Ingested) { SkippedDelays = TimeSpan.FromSeconds(2) };
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: time, settings: ("Invoicing:MaxQueueDepth", "40"));
        await driver.PutAsync(InvoicingJobsDriver.Customers(120).Select(customer => new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = customer.Id, Status = InvoiceStatus.LookupFailed, Reason = "500" }));

        Assert.Equal(120, (await driver.Get<RetryInvoicesFunctions>().RetryAsync(InvoicingJobsDriver.Month, InvoiceStep.Lookup, isDryRun: false, Token)).Enqueued);

        var queued = new List<string>();
        for (var sweep = 0; sweep < 10 && queued.Count < 120; sweep++)
        {
            Assert.InRange(await driver.CountAsync(InvoiceLookup.Queue), 1, 40);
            foreach (var id in await driver.TakeAsync(InvoiceLookup.Queue))
            {
                queued.Add(id);
                Assert.NotNull((await driver.Store.WriteAsync(await driver.FindAsync(id) with { Status = InvoiceStatus.NoCharge })).Written);
            }

            time.Advance(TimeSpan.FromMinutes(2));
            await driver.SweepAsync();
        }

        Assert.Equal(120, queued.Distinct().Count());
        Assert.Equal(120, queued.Count);
    }

    [Fact]
    public async Task AddLookUpAndSend_ManyCustomers_CostFourWritesAndTwoMessagesEach()
    {
        using var smtp = new SmtpFake();
        await using var driver = await InvoicingJobsDriver.StartAsync(
            azurite.NewAccount(), settings: [("Email:Smtp:Host", "127.0.0.1"), ("Email:Smtp:Port", $"{smtp.Port}"), ("Email:Smtp:UseTls", "false")]);
        var customers = InvoicingJobsDriver.Customers(200);
        await driver.SeedAsync(customers);
        driver.Storage.Reset();

        await driver.AddAsync();
        await driver.DeliverLookupsAsync();
        await driver.DeliverEmailsAsync();

        // Besides these three a row is inserted, in transactions, one a bucket and page.
        Assert.Equal((3 * 200, 2 * 200), (driver.Storage.Calls.Count(call => call.IsRow), driver.Storage.Calls.Count(call => call.IsMessage)));
        Assert.Equal(customers.DistinctBy(customer => TableKey.Bucket(customer.Id)).Count(), driver.Storage.Calls.Count(call => call.IsTransaction));
        Assert.Equal((200, 200), ((await driver.CountAsync()).CountOf(InvoiceStatus.Sent), smtp.Mails.Count));
    }

    private static async Task PutOneOfEachAsync(InvoicingJobsDriver driver, DateTimeOffset sendingSince) => await driver.PutAsync(OneOfEach.Select(status => new MonthlyInvoice
    {
        Month = InvoicingJobsDriver.Month,
        CustomerId = status.ToText(),
        Status = status,
        Amount = status is InvoiceStatus.Pending or InvoiceStatus.LookupFailed or InvoiceStatus.NotBilled or InvoiceStatus.NoCharge ? null : new Money(100, "usd"),
        SendingSince = status == InvoiceStatus.Sending ? sendingSince : null,
        QueuedAt = sendingSince,
    }));
}
