using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

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
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await PutOneOfEachAsync(rig, sendingSince: TimeProvider.System.GetUtcNow());

        var enqueued = await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, (InvoiceStep)step, Token).LastOrDefaultAsync(Token);

        Assert.Equal(2, enqueued);
        Assert.Equal(expected, string.Join(',', (await rig.TakeAsync(queue)).Order(StringComparer.Ordinal)));
        Assert.Empty(await rig.TakeAsync(queue == InvoiceLookup.Queue ? InvoiceEmail.Queue : InvoiceLookup.Queue));
        var changed = step == 0 ? InvoiceStatus.LookupFailed : InvoiceStatus.EmailFailed;
        foreach (var status in OneOfEach)
        {
            Assert.Equal(status == changed ? step == 0 ? InvoiceStatus.Pending : InvoiceStatus.Priced : status, (await rig.FindAsync(status.ToText())).Status);
        }
    }

    /// <summary>Calling the hook while a server is greylisting must not use up the attempts.</summary>
    [Fact]
    public async Task RetryEmails_OneThatWaitsForItsNextAttempt_HasAllAttemptsAgain()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = "cus_1", Status = InvoiceStatus.Priced, EmailAttempts = 2 });

        Assert.Equal(1, await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, InvoiceStep.Email, Token).LastOrDefaultAsync(Token));

        Assert.Equal((InvoiceStatus.Priced, 0), ((await rig.FindAsync("cus_1")).Status, (await rig.FindAsync("cus_1")).EmailAttempts));
    }

    [Fact]
    public async Task RetryEmails_ASenderThatDied_IsUnknownAndNotQueued()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await PutOneOfEachAsync(rig, sendingSince: TimeProvider.System.GetUtcNow().AddSeconds(-61));

        Assert.Equal(2, await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, InvoiceStep.Email, Token).LastOrDefaultAsync(Token));

        Assert.Equal(InvoiceStatus.DeliveryUnknown, (await rig.FindAsync("sending")).Status);
        Assert.DoesNotContain("sending", await rig.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task RetryEmails_ASenderThatDiedAndResendIsSet_QueuesItToo()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite, settings: ("Invoicing:OnUnknownDelivery", "Resend"));
        await PutOneOfEachAsync(rig, sendingSince: TimeProvider.System.GetUtcNow().AddSeconds(-61));

        Assert.Equal(3, await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, InvoiceStep.Email, Token).LastOrDefaultAsync(Token));

        Assert.Contains("sending", await rig.TakeAsync(InvoiceEmail.Queue));
        Assert.Equal((InvoiceStatus.Priced, 1), ((await rig.FindAsync("sending")).Status, (await rig.FindAsync("sending")).EmailAttempts));
    }

    [Fact]
    public async Task RetryLookups_AFailedOne_TakesTheCustomerAsItIsNowAndRemovesItsFailedJob()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = "c1", Currency = "eur", Email = "wrong@example.com" });
        await rig.LookUpAsync("c1");
        Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        await rig.SeedAsync([new BilledCustomer("c1", InvoicingRig.Ingested, "", "right@example.com", "One", "", "USD")]);

        await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, InvoiceStep.Lookup, Token).LastOrDefaultAsync(Token);

        var open = await rig.FindAsync("c1");
        Assert.Equal((InvoiceStatus.Pending, "right@example.com", "usd", null, 0), (open.Status, open.Email, open.Currency, open.Reason, open.LookupAttempts));
        Assert.Empty(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        await rig.DeliverLookupsAsync();
        Assert.Equal(InvoiceStatus.Priced, (await rig.FindAsync("c1")).Status);
    }

    [Fact]
    public async Task Retry_TwiceAndAtOnce_ChangesNothingElse()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await PutOneOfEachAsync(rig, sendingSince: TimeProvider.System.GetUtcNow());
        var retry = rig.Get<InvoiceRetry>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => retry.RetryAsync(InvoicingRig.Month, (InvoiceStep)(number % 2), Token).LastOrDefaultAsync(Token).AsTask()));

        Assert.Equal(["lookup_failed", "pending"], (await rig.TakeAsync(InvoiceLookup.Queue)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["email_failed", "priced"], (await rig.TakeAsync(InvoiceEmail.Queue)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(OneOfEach.Length, (await rig.CheckAsync()).Count);
    }

    [Fact]
    public async Task Retry_MoreThanTheQueueMayHold_QueuesTheRestWhenThereIsRoom()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite, settings: ("Invoicing:MaxQueueDepth", "40"));
        await rig.PutAsync(InvoicingRig.Customers(120).Select(customer => new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = customer.Id, Status = InvoiceStatus.LookupFailed, Reason = "500" }));

        Assert.Equal(120, await rig.Get<InvoiceRetry>().RetryAsync(InvoicingRig.Month, InvoiceStep.Lookup, Token).LastOrDefaultAsync(Token));

        var queued = new HashSet<string>();
        for (var check = 0; check < 10 && queued.Count < 120; check++)
        {
            Assert.InRange(await rig.CountAsync(InvoiceLookup.Queue), 1, 40);
            queued.UnionWith(await rig.TakeAsync(InvoiceLookup.Queue));
            await rig.CheckAsync();
        }

        Assert.Equal(120, queued.Count);
    }

    [Fact]
    public async Task Check_WhatHangs_IsSeenTo()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var rig = await InvoicingRig.StartAsync(azurite, time: time);
        await PutOneOfEachAsync(rig, sendingSince: time.GetUtcNow());
        Assert.Equal(OneOfEach.Length, (await rig.CheckAsync()).Count);
        Assert.Equal((0, 0), (await rig.CountAsync(InvoiceLookup.Queue), await rig.CountAsync(InvoiceEmail.Queue)));

        time.Advance(TimeSpan.FromSeconds(121));
        var totals = await rig.CheckAsync();

        Assert.Equal((0, 2), (totals.CountOf(InvoiceStatus.Sending), totals.CountOf(InvoiceStatus.DeliveryUnknown)));
        Assert.Equal(["pending"], await rig.TakeAsync(InvoiceLookup.Queue));
        Assert.Equal(["priced"], await rig.TakeAsync(InvoiceEmail.Queue));
        Assert.Equal(2, (await rig.CheckAsync()).CountOf(InvoiceStatus.DeliveryUnknown));
        Assert.Equal((0, 0), (await rig.CountAsync(InvoiceLookup.Queue), await rig.CountAsync(InvoiceEmail.Queue)));
    }

    [Fact]
    public async Task AddLookUpAndSend_ManyCustomers_CostFourWritesAndTwoMessagesEach()
    {
        using var smtp = new SmtpSink();
        await using var rig = await InvoicingRig.StartAsync(
            azurite, settings: [("Email:Smtp:Host", "127.0.0.1"), ("Email:Smtp:Port", $"{smtp.Port}"), ("Email:Smtp:UseTls", "false")]);
        var customers = InvoicingRig.Customers(200);
        await rig.SeedAsync(customers);
        rig.Calls.Reset();

        await rig.AddAsync();
        await rig.DeliverLookupsAsync();
        await rig.DeliverEmailsAsync();

        // Besides these three a row is inserted, in transactions, one a bucket and page.
        Assert.Equal((3 * 200, 2 * 200), (rig.Calls.Rows, rig.Calls.Messages));
        Assert.Equal(customers.DistinctBy(customer => TableKey.Bucket(customer.Id)).Count(), rig.Calls.Transactions);
        Assert.Equal((200, 200), ((await rig.CheckAsync()).CountOf(InvoiceStatus.Sent), smtp.Mails.Count));
    }

    private static async Task PutOneOfEachAsync(InvoicingRig rig, DateTimeOffset sendingSince) => await rig.PutAsync(OneOfEach.Select(status => new MonthlyInvoice
    {
        Month = InvoicingRig.Month,
        CustomerId = status.ToText(),
        Status = status,
        Amount = status is InvoiceStatus.Pending or InvoiceStatus.LookupFailed or InvoiceStatus.NotBilled or InvoiceStatus.NoCharge ? null : new Money(100, "usd"),
        SendingSince = status == InvoiceStatus.Sending ? sendingSince : null,
        QueuedAt = sendingSince,
    }));
}
