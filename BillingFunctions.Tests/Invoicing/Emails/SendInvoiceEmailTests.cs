using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

public sealed class SendInvoiceEmailTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Lease = MonthlyInvoice.SendingLease;

    [Fact]
    public async Task RunAsync_Priced_SendsWithTwoTableWritesAndNoMessage()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync();
        var process = driver.Start();

        await process.SendAsync();

        var invoice = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 1, driver.Time.GetUtcNow(), null), (invoice.Status, invoice.EmailAttempts, invoice.SentAt, invoice.Reason));
        var mail = ReceivedMail.Parse(Assert.Single(driver.MailServer.Mails));
        Assert.Equal("Ada <ada@example.org>", mail["To"]);
        Assert.Contains("1,250.00 USD", mail.Text, StringComparison.Ordinal);
        Assert.Equal((2, 0, 3), (TableWrites(process), Messages(process), process.Storage.Calls.Count));
    }

    [Fact]
    public async Task RunAsync_TwentyDeliveriesAtOnce_SendsOneMail()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => driver.Start().SendAsync()));
        await driver.DeliverAllAsync();

        Assert.Single(driver.MailServer.Mails);
        Assert.Equal(InvoiceStatus.Sent, (await driver.FindAsync()).Status);
    }

    /// <summary>The session is slow, so that all others find it under way.</summary>
    [Fact]
    public async Task RunAsync_TwentyDeliveriesAndTheAnswerIsLost_SendsOneMailAndHolds()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.AcceptAndDrop);
        await driver.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => driver.Start().SendAsync()));
        await driver.DeliverAllAsync();

        Assert.Equal(1, driver.MailServer.Sessions);
        Assert.Equal(InvoiceStatus.DeliveryUnknown, (await driver.FindAsync()).Status);
        Assert.Empty(await driver.FailedJobsAsync());
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending)]
    [InlineData(InvoiceStatus.Sent)]
    [InlineData(InvoiceStatus.NoCharge)]
    [InlineData(InvoiceStatus.LookupFailed)]
    [InlineData(InvoiceStatus.DeliveryUnknown)]
    [InlineData(InvoiceStatus.NotBilled)]
    public async Task RunAsync_NothingToSend_ChangesNothing(InvoiceStatus status)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(InvoiceMailDriver.Invoice() with { Status = status });
        var process = driver.Start();

        await process.SendAsync();
        await process.SendAsync(new InvoiceEmail(InvoiceMailDriver.Month, "cus_nobody"));

        Assert.Equal(0, driver.MailServer.Sessions);
        Assert.Equal((0, 0), (TableWrites(process), Messages(process)));
    }

    [Fact]
    public async Task RunAsync_SendingWithinTheLease_LooksAgainAfterItAndSpendsNoAttempt()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(Sending(driver));
        driver.Time.Advance(TimeSpan.FromSeconds(20));

        await driver.Start().SendAsync();

        var (message, dueAt) = Assert.Single(driver.Waiting);
        Assert.InRange(dueAt - driver.Time.GetUtcNow(), TimeSpan.FromSeconds(71), TimeSpan.FromSeconds(80));
        Assert.Equal((InvoiceStatus.Sending, 0), ((await driver.FindAsync()).Status, (await driver.FindAsync()).EmailAttempts));
        await driver.DeliverAllAsync();
        Assert.Equal((InvoiceStatus.DeliveryUnknown, 0), ((await driver.FindAsync()).Status, driver.MailServer.Sessions));
    }

    [Theory]
    [InlineData("Hold", InvoiceStatus.DeliveryUnknown, 0)]
    [InlineData("Resend", InvoiceStatus.Sent, 1)]
    public async Task RunAsync_SendingAfterTheLease_HoldsOrResends(string policy, InvoiceStatus expected, int mails)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount()) { OnUnknownDelivery = policy };
        await driver.AddAsync(Sending(driver));
        driver.Time.Advance(Lease + TimeSpan.FromSeconds(1));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => driver.Start().SendAsync()));
        await driver.DeliverAllAsync();

        Assert.Equal((expected, mails), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Recipient), "450 greylisted")]
    [InlineData(nameof(SmtpMoment.Dot), "451 later")]
    [InlineData(nameof(SmtpMoment.Data), null)]
    public async Task RunAsync_RefusedForNowOnce_IsSentAfterTheDelay(string moment, string? answer)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session == 1 ? new SmtpFault(Enum.Parse<SmtpMoment>(moment), answer) : null);
        await driver.AddAsync();

        await driver.Start().SendAsync();

        var waiting = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Priced, 1), (waiting.Status, waiting.EmailAttempts));
        Assert.InRange(waiting.QueuedAt!.Value - driver.Time.GetUtcNow(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(36));
        Assert.NotNull(waiting.Reason);
        Assert.InRange(Assert.Single(driver.Waiting).DueAt - driver.Time.GetUtcNow(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(37));
        await driver.DeliverAllAsync();
        var sent = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 2, null), (sent.Status, sent.EmailAttempts, sent.Reason));
        Assert.Single(driver.MailServer.Mails);
    }

    [Fact]
    public async Task RunAsync_RefusedForNowTooOften_FailsAndCanBeRetried()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session <= 3 ? SmtpFault.Refuse(SmtpMoment.Recipient, "451 later") : null);
        await driver.AddAsync();

        await driver.Start().SendAsync();
        await driver.DeliverAllAsync();

        var failed = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.EmailFailed, 3, 3), (failed.Status, failed.EmailAttempts, driver.MailServer.Sessions));
        var job = Assert.Single(await driver.FailedJobsAsync());
        Assert.Equal((InvoiceEmail.Queue, $"{InvoiceMailDriver.Month}/cus_1", 3), (job.Queue, job.JobId, job.Attempts));
        Assert.Contains("later", job.Error, StringComparison.Ordinal);
        await driver.Start().SendAsync(System.Text.Json.JsonSerializer.Deserialize<InvoiceEmail>(job.Payload!));
        Assert.Equal(InvoiceStatus.Sent, (await driver.FindAsync()).Status);
    }

    /// <summary>A message that only follows up on another must not start the attempts of a failed invoice over, or there would be no end.</summary>
    [Fact]
    public async Task RunAsync_ManyDeliveriesAndAServerThatAlwaysRefuses_EndsFailed()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Refuse(SmtpMoment.Recipient, "451 later"));
        await driver.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => driver.Start().SendAsync()));
        await driver.DeliverAllAsync();

        Assert.Equal(InvoiceStatus.EmailFailed, (await driver.FindAsync()).Status);
        Assert.Single(await driver.FailedJobsAsync());
        Assert.InRange(driver.MailServer.Sessions, 3, 3 * 8);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Recipient), "550 nobody")]
    [InlineData(nameof(SmtpMoment.Dot), "554 spam")]
    public async Task RunAsync_RefusedForGood_FailsAtOnce(string moment, string answer)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Refuse(Enum.Parse<SmtpMoment>(moment), answer));
        await driver.AddAsync();

        await driver.Start().SendAsync();

        Assert.Equal((InvoiceStatus.EmailFailed, 1), ((await driver.FindAsync()).Status, driver.MailServer.Sessions));
        Assert.Contains(answer[4..], Assert.Single(await driver.FailedJobsAsync()).Error, StringComparison.Ordinal);
        Assert.Empty(driver.Waiting);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Content))]
    [InlineData(nameof(SmtpMoment.Dot))]
    public async Task RunAsync_CutAfterData_IsUnknownAtOnce(string moment)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Drop(Enum.Parse<SmtpMoment>(moment)));
        await driver.AddAsync();

        await driver.Start().SendAsync();

        var invoice = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), (invoice.Status, invoice.EmailAttempts));
        Assert.NotNull(invoice.Reason);
        Assert.Empty(driver.Waiting);
    }

    [Fact]
    public async Task RunAsync_CutAfterDataAndResendIsAllowed_SendsAgainAfterTheDelay()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session == 1 ? SmtpFault.AcceptAndDrop : null) { OnUnknownDelivery = "Resend" };
        await driver.AddAsync();

        await driver.Start().SendAsync();
        Assert.Equal((InvoiceStatus.Priced, 1), ((await driver.FindAsync()).Status, driver.Waiting.Count));
        await driver.DeliverAllAsync();

        Assert.Equal(InvoiceStatus.Sent, (await driver.FindAsync()).Status);
        Assert.Equal(2, driver.MailServer.Mails.Count);
        Assert.Single(driver.MailServer.Mails.Select(mail => ReceivedMail.Parse(mail)["Message-ID"]).Distinct());
    }

    [Fact]
    public async Task RunAsync_AlwaysCutAfterDataAndResendIsAllowed_IsHeldInTheEnd()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Drop(SmtpMoment.Dot)) { OnUnknownDelivery = "Resend" };
        await driver.AddAsync();

        await driver.Start().SendAsync();
        await driver.DeliverAllAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 3), ((await driver.FindAsync()).Status, driver.MailServer.Sessions));
    }

    [Theory]
    [InlineData("", 100, "no e-mail address")]
    [InlineData("nobody", 100, "not one that mail can be sent to")]
    [InlineData("a@example.com\r\nBcc: eve@example.com", 100, "not one that mail can be sent to")]
    [InlineData("ada@example.org", 0, "no amount")]
    [InlineData("ada@example.org", -5, "no amount")]
    public async Task RunAsync_CannotBeSent_FailsAtOnceWithTheReason(string address, long amount, string reason)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(InvoiceMailDriver.Invoice() with { Email = address, Amount = new(amount, "usd") });

        await driver.Start().SendAsync();

        var invoice = await driver.FindAsync();
        Assert.Equal(InvoiceStatus.EmailFailed, invoice.Status);
        Assert.Contains(reason, invoice.Reason, StringComparison.Ordinal);
        Assert.Equal(invoice.Reason, Assert.Single(await driver.FailedJobsAsync()).Error);
        Assert.Equal(0, driver.MailServer.Sessions);
    }

    [Fact]
    public async Task RunAsync_FailedAndPutOnTheQueueAgain_IsSent()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(InvoiceMailDriver.Invoice() with { Status = InvoiceStatus.EmailFailed, EmailAttempts = 3, Reason = "451" });

        await driver.Start().SendAsync(new InvoiceEmail(InvoiceMailDriver.Month, "cus_1", FollowsAttempt: 3));
        Assert.Equal(0, driver.MailServer.Sessions);
        await driver.Start().SendAsync();

        var invoice = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 1), (invoice.Status, invoice.EmailAttempts));
    }

    /// <summary>The app is stopped while the server has not yet been given the mail.</summary>
    /// <summary>The process dies between writing that the mail was refused and queueing the next attempt: the sweeper queues it when it is due.</summary>
    [Fact]
    public async Task RunAsync_RefusedAndItsMessageComesAgain_IsNoAttempt()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session <= 2 ? SmtpFault.Refuse(SmtpMoment.Dot, "451 later") : null);
        await driver.AddAsync();
        await driver.Start().SendAsync();
        var follower = new InvoiceEmail(InvoiceMailDriver.Month, "cus_1", FollowsAttempt: 1);
        driver.Waiting.Clear();
        await driver.Start((number, _) => number == 4 ? StorageFault.FreezeBefore : StorageFault.None).SendOrDieAsync(follower);

        await driver.Start().SendAsync(follower);

        var invoice = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Priced, 2, 2, 0), (invoice.Status, invoice.EmailAttempts, driver.MailServer.Sessions, driver.Waiting.Count));
        Assert.True(invoice.QueuedAt > driver.Time.GetUtcNow());
    }

    [Fact]
    public async Task RunAsync_FailedAndComesAgain_LeavesNoFailedJobBehind()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session == 1 ? SmtpFault.Refuse(SmtpMoment.Dot, "554 no") : null);
        await driver.AddAsync();
        await driver.Start().SendAsync();
        Assert.Single(await driver.FailedJobs().ListAsync(InvoiceEmail.Queue, null, 10, TestContext.Current.CancellationToken));

        await driver.Start().SendAsync();

        Assert.Equal(InvoiceStatus.Sent, (await driver.FindAsync()).Status);
        Assert.Empty(await driver.FailedJobs().ListAsync(InvoiceEmail.Queue, null, 10, TestContext.Current.CancellationToken));
    }

    private static MonthlyInvoice Sending(InvoiceMailDriver driver) =>
        InvoiceMailDriver.Invoice() with { Status = InvoiceStatus.Sending, SendAttemptId = "other", SendingSince = driver.Time.GetUtcNow() };

    private static int TableWrites(MailProcess process) => process.Storage.Calls.Count(call => call.IsRow || call.IsTransaction);

    private static int Messages(MailProcess process) => process.Storage.Calls.Count(call => call.IsMessage);
}
