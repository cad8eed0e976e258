using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

public sealed class SendInvoiceEmailTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Lease = MonthlyInvoice.SendingLease;

    [Fact]
    public async Task RunAsync_Priced_SendsWithTwoTableWritesAndNoMessage()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync();
        var process = world.Start();

        await process.SendAsync();

        var invoice = await world.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 1, world.Time.GetUtcNow(), null), (invoice.Status, invoice.EmailAttempts, invoice.SentAt, invoice.Reason));
        var mail = ReceivedMail.Parse(Assert.Single(world.Sink.Mails));
        Assert.Equal("\"Ada\" <ada@example.org>", mail["To"]);
        Assert.Contains("1,250.00 USD", mail.Text, StringComparison.Ordinal);
        Assert.Equal((2, 0, 3), (process.Watch.TableWrites, process.Watch.QueueMessages, process.Watch.Calls.Count));
    }

    [Fact]
    public async Task RunAsync_TwentyDeliveriesAtOnce_SendsOneMail()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Start().SendAsync()));
        await world.DeliverAllAsync();

        Assert.Single(world.Sink.Mails);
        Assert.Equal(InvoiceStatus.Sent, (await world.FindAsync()).Status);
    }

    /// <summary>The session is slow, so that all others find it under way.</summary>
    [Fact]
    public async Task RunAsync_TwentyDeliveriesAndTheAnswerIsLost_SendsOneMailAndHolds()
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.AcceptAndDrop);
        await world.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Start().SendAsync()));
        await world.DeliverAllAsync();

        Assert.Equal(1, world.Sink.Sessions);
        Assert.Equal(InvoiceStatus.DeliveryUnknown, (await world.FindAsync()).Status);
        Assert.Empty(await world.FailedJobsAsync());
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
        using var world = new MailWorld(azurite);
        await world.AddAsync(MailWorld.Invoice() with { Status = status });
        var process = world.Start();

        await process.SendAsync();
        await process.SendAsync(new InvoiceEmail(MailWorld.Month, "cus_nobody"));

        Assert.Equal(0, world.Sink.Sessions);
        Assert.Equal((0, 0), (process.Watch.TableWrites, process.Watch.QueueMessages));
    }

    [Fact]
    public async Task RunAsync_SendingWithinTheLease_LooksAgainAfterItAndSpendsNoAttempt()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync(Sending(world));
        world.Time.Advance(TimeSpan.FromSeconds(20));

        await world.Start().SendAsync();

        var (message, dueAt) = Assert.Single(world.Waiting);
        Assert.InRange(dueAt - world.Time.GetUtcNow(), TimeSpan.FromSeconds(41), TimeSpan.FromSeconds(50));
        Assert.Equal((InvoiceStatus.Sending, 0), ((await world.FindAsync()).Status, (await world.FindAsync()).EmailAttempts));
        await world.DeliverAllAsync();
        Assert.Equal((InvoiceStatus.DeliveryUnknown, 0), ((await world.FindAsync()).Status, world.Sink.Sessions));
    }

    [Theory]
    [InlineData("Hold", InvoiceStatus.DeliveryUnknown, 0)]
    [InlineData("Resend", InvoiceStatus.Sent, 1)]
    public async Task RunAsync_SendingAfterTheLease_HoldsOrResends(string policy, InvoiceStatus expected, int mails)
    {
        using var world = new MailWorld(azurite) { OnUnknownDelivery = policy };
        await world.AddAsync(Sending(world));
        world.Time.Advance(Lease + TimeSpan.FromSeconds(1));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.Start().SendAsync()));
        await world.DeliverAllAsync();

        Assert.Equal((expected, mails), ((await world.FindAsync()).Status, world.Sink.Mails.Count));
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Recipient), "450 greylisted")]
    [InlineData(nameof(SmtpMoment.Dot), "451 later")]
    [InlineData(nameof(SmtpMoment.Data), null)]
    public async Task RunAsync_RefusedForNowOnce_IsSentAfterTheDelay(string moment, string? answer)
    {
        using var world = new MailWorld(azurite, session => session == 1 ? new SmtpFault(Enum.Parse<SmtpMoment>(moment), answer) : null);
        await world.AddAsync();

        await world.Start().SendAsync();

        var waiting = await world.FindAsync();
        Assert.Equal((InvoiceStatus.Priced, 1), (waiting.Status, waiting.EmailAttempts));
        Assert.InRange(waiting.QueuedAt!.Value - world.Time.GetUtcNow(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(36));
        Assert.NotNull(waiting.Reason);
        Assert.InRange(Assert.Single(world.Waiting).DueAt - world.Time.GetUtcNow(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(37));
        await world.DeliverAllAsync();
        var sent = await world.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 2, null), (sent.Status, sent.EmailAttempts, sent.Reason));
        Assert.Single(world.Sink.Mails);
    }

    [Fact]
    public async Task RunAsync_RefusedForNowTooOften_FailsAndCanBeRetried()
    {
        using var world = new MailWorld(azurite, session => session <= 3 ? SmtpFault.Refuse(SmtpMoment.Recipient, "451 later") : null);
        await world.AddAsync();

        await world.Start().SendAsync();
        await world.DeliverAllAsync();

        var failed = await world.FindAsync();
        Assert.Equal((InvoiceStatus.EmailFailed, 3, 3), (failed.Status, failed.EmailAttempts, world.Sink.Sessions));
        var job = Assert.Single(await world.FailedJobsAsync());
        Assert.Equal((InvoiceEmail.Queue, $"{MailWorld.Month}/cus_1", 3), (job.Queue, job.JobId, job.Attempts));
        Assert.Contains("later", job.Error, StringComparison.Ordinal);
        await world.Start().SendAsync(System.Text.Json.JsonSerializer.Deserialize<InvoiceEmail>(job.Payload!));
        Assert.Equal(InvoiceStatus.Sent, (await world.FindAsync()).Status);
    }

    /// <summary>A message that only follows up on another must not start the attempts of a failed invoice over, or there would be no end.</summary>
    [Fact]
    public async Task RunAsync_ManyDeliveriesAndAServerThatAlwaysRefuses_EndsFailed()
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Refuse(SmtpMoment.Recipient, "451 later"));
        await world.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Start().SendAsync()));
        await world.DeliverAllAsync();

        Assert.Equal(InvoiceStatus.EmailFailed, (await world.FindAsync()).Status);
        Assert.Single(await world.FailedJobsAsync());
        Assert.InRange(world.Sink.Sessions, 3, 3 * 8);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Recipient), "550 nobody")]
    [InlineData(nameof(SmtpMoment.Dot), "554 spam")]
    public async Task RunAsync_RefusedForGood_FailsAtOnce(string moment, string answer)
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Refuse(Enum.Parse<SmtpMoment>(moment), answer));
        await world.AddAsync();

        await world.Start().SendAsync();

        Assert.Equal((InvoiceStatus.EmailFailed, 1), ((await world.FindAsync()).Status, world.Sink.Sessions));
        Assert.Contains(answer[4..], Assert.Single(await world.FailedJobsAsync()).Error, StringComparison.Ordinal);
        Assert.Empty(world.Waiting);
    }

    [Theory]
    [InlineData(nameof(SmtpMoment.Content))]
    [InlineData(nameof(SmtpMoment.Dot))]
    public async Task RunAsync_CutAfterData_IsUnknownAtOnce(string moment)
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Drop(Enum.Parse<SmtpMoment>(moment)));
        await world.AddAsync();

        await world.Start().SendAsync();

        var invoice = await world.FindAsync();
        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), (invoice.Status, invoice.EmailAttempts));
        Assert.NotNull(invoice.Reason);
        Assert.Empty(world.Waiting);
    }

    [Fact]
    public async Task RunAsync_CutAfterDataAndResendIsAllowed_SendsAgainAfterTheDelay()
    {
        using var world = new MailWorld(azurite, session => session == 1 ? SmtpFault.AcceptAndDrop : null) { OnUnknownDelivery = "Resend" };
        await world.AddAsync();

        await world.Start().SendAsync();
        Assert.Equal((InvoiceStatus.Priced, 1), ((await world.FindAsync()).Status, world.Waiting.Count));
        await world.DeliverAllAsync();

        Assert.Equal(InvoiceStatus.Sent, (await world.FindAsync()).Status);
        Assert.Equal(2, world.Sink.Mails.Count);
        Assert.Single(world.Sink.Mails.Select(mail => ReceivedMail.Parse(mail)["Message-ID"]).Distinct());
    }

    [Fact]
    public async Task RunAsync_AlwaysCutAfterDataAndResendIsAllowed_IsHeldInTheEnd()
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Drop(SmtpMoment.Dot)) { OnUnknownDelivery = "Resend" };
        await world.AddAsync();

        await world.Start().SendAsync();
        await world.DeliverAllAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 3), ((await world.FindAsync()).Status, world.Sink.Sessions));
    }

    [Theory]
    [InlineData("", 100, "no e-mail address")]
    [InlineData("nobody", 100, "not one that mail can be sent to")]
    [InlineData("a@example.com\r\nBcc: eve@example.com", 100, "not one that mail can be sent to")]
    [InlineData("ada@example.org", 0, "no amount")]
    [InlineData("ada@example.org", -5, "no amount")]
    public async Task RunAsync_CannotBeSent_FailsAtOnceWithTheReason(string address, long amount, string reason)
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync(MailWorld.Invoice() with { Email = address, Amount = new(amount, "usd") });

        await world.Start().SendAsync();

        var invoice = await world.FindAsync();
        Assert.Equal(InvoiceStatus.EmailFailed, invoice.Status);
        Assert.Contains(reason, invoice.Reason, StringComparison.Ordinal);
        Assert.Equal(invoice.Reason, Assert.Single(await world.FailedJobsAsync()).Error);
        Assert.Equal(0, world.Sink.Sessions);
    }

    [Fact]
    public async Task RunAsync_FailedAndPutOnTheQueueAgain_IsSent()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync(MailWorld.Invoice() with { Status = InvoiceStatus.EmailFailed, EmailAttempts = 3, Reason = "451" });

        await world.Start().SendAsync(new InvoiceEmail(MailWorld.Month, "cus_1", FollowsAttempt: 3));
        Assert.Equal(0, world.Sink.Sessions);
        await world.Start().SendAsync();

        var invoice = await world.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 1), (invoice.Status, invoice.EmailAttempts));
    }

    /// <summary>The app is stopped while the server has not yet been given the mail.</summary>
    /// <summary>The process dies between writing that the mail was refused and queueing the next attempt: the sweeper queues it when it is due.</summary>
    [Fact]
    public async Task RunAsync_RefusedAndItsMessageComesAgain_IsNoAttempt()
    {
        using var world = new MailWorld(azurite, session => session <= 2 ? SmtpFault.Refuse(SmtpMoment.Dot, "451 later") : null);
        await world.AddAsync();
        await world.Start().SendAsync();
        var follower = new InvoiceEmail(MailWorld.Month, "cus_1", FollowsAttempt: 1);
        world.Waiting.Clear();
        await world.Start((number, _) => number == 4 ? StorageFault.FreezeBefore : StorageFault.None).SendOrDieAsync(follower);

        await world.Start().SendAsync(follower);

        var invoice = await world.FindAsync();
        Assert.Equal((InvoiceStatus.Priced, 2, 2, 0), (invoice.Status, invoice.EmailAttempts, world.Sink.Sessions, world.Waiting.Count));
        Assert.True(invoice.QueuedAt > world.Time.GetUtcNow());
    }

    [Fact]
    public async Task RunAsync_FailedAndComesAgain_LeavesNoFailedJobBehind()
    {
        using var world = new MailWorld(azurite, session => session == 1 ? SmtpFault.Refuse(SmtpMoment.Dot, "554 no") : null);
        await world.AddAsync();
        await world.Start().SendAsync();
        Assert.Single(await world.FailedJobs().ListAsync(InvoiceEmail.Queue, null, 10, TestContext.Current.CancellationToken));

        await world.Start().SendAsync();

        Assert.Equal(InvoiceStatus.Sent, (await world.FindAsync()).Status);
        Assert.Empty(await world.FailedJobs().ListAsync(InvoiceEmail.Queue, null, 10, TestContext.Current.CancellationToken));
    }

    private static MonthlyInvoice Sending(MailWorld world) =>
        MailWorld.Invoice() with { Status = InvoiceStatus.Sending, SendAttemptId = "other", SendingSince = world.Time.GetUtcNow() };
}
