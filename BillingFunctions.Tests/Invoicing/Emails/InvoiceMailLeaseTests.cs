using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>A mail server that takes its time: the sender stays the only one as long as it lives, and sends nothing when it is not.</summary>
public sealed class InvoiceMailLeaseTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(SmtpMoment.Dot), 20)]
    [InlineData(nameof(SmtpMoment.Greeting), 4)]
    [InlineData(nameof(SmtpMoment.Data), 7)]
    public async Task RunAsync_ServerTakesItsTime_KeepsOthersAwayAndIsSent(string moment, int halfMinutes)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Hang(Enum.Parse<SmtpMoment>(moment)) with { KeepsMail = true });
        await driver.AddAsync();
        var sending = driver.Start().SendAsync();
        await driver.MailServer.HangingAsync(Token);

        for (var waited = 0; waited < halfMinutes; waited++)
        {
            driver.Time.Advance(Renewal);
            await Poll.UntilAsync(() => driver.FindAsync(), invoice => invoice.Status != InvoiceStatus.Sending || invoice.SendingSince == driver.Time.GetUtcNow());
            await driver.Start().SendAsync();
            await driver.Store().ApplyAsync(InvoiceMailDriver.Month, "cus_1", new Swept(), Token);
            Assert.Equal(InvoiceStatus.Sending, (await driver.FindAsync()).Status);
        }

        driver.MailServer.Release();
        await sending;
        await driver.DeliverAllAsync();

        var sent = await driver.FindAsync();
        Assert.Equal((InvoiceStatus.Sent, 1, 1, 1), (sent.Status, sent.EmailAttempts, driver.MailServer.Sessions, driver.MailServer.Mails.Count));
    }

    /// <summary>The mail server has not been given the content yet when the sender learns that it is no longer the sender.</summary>
    [Theory]
    [InlineData(nameof(SmtpMoment.Recipient), InvoiceStatus.DeliveryUnknown)]
    [InlineData(nameof(SmtpMoment.Data), InvoiceStatus.DeliveryUnknown)]
    [InlineData(nameof(SmtpMoment.Greeting), InvoiceStatus.Sent)]
    public async Task RunAsync_JudgedByOthersBeforeTheContent_SendsNothing(string moment, InvoiceStatus meanwhile)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Hang(Enum.Parse<SmtpMoment>(moment)));
        await driver.AddAsync();
        var sending = driver.Start().SendAsync();
        await driver.MailServer.HangingAsync(Token);
        await driver.ChangeAsync(invoice => invoice with { Status = meanwhile, SendingSince = null });

        driver.Time.Advance(Renewal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Equal((meanwhile, 0), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
    }

    /// <summary>The sender cannot reach storage while the mail server keeps it waiting.</summary>
    [Theory]
    [InlineData(nameof(SmtpMoment.Hello))]
    [InlineData(nameof(SmtpMoment.Data))]
    public async Task RunAsync_LeaseRunsOutBeforeTheContent_SendsNothing(string moment)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Hang(Enum.Parse<SmtpMoment>(moment)));
        await driver.AddAsync();
        driver.Time.SkippedDelays = TimeSpan.FromSeconds(10);
        var sending = driver.Start((number, _) => number > 2 ? StorageFault.FailBefore : StorageFault.None).SendAsync();
        await driver.MailServer.HangingAsync(Token);

        driver.Time.Advance(MonthlyInvoice.SendingLease + TimeSpan.FromSeconds(1));
        await driver.Start().SendAsync();
        driver.MailServer.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 0), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
    }
}
