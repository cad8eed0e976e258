using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>The app is stopped while a mail is being sent.</summary>
public sealed class InvoiceMailStopTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task RunAsync_StoppedBeforeContent_LeavesTheMailToTheNextProcess()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session == 1 ? SmtpFault.Hang(SmtpMoment.Recipient) : null);
        await driver.AddAsync();
        using var stop = new CancellationTokenSource();
        var sending = driver.Start().SendAsync(cancellationToken: stop.Token);
        await driver.MailServer.HangingAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((InvoiceStatus.Priced, 0), ((await driver.FindAsync()).Status, (await driver.FindAsync()).EmailAttempts));
        await driver.Start().SendAsync();
        Assert.Single(driver.MailServer.Mails);
    }

    /// <summary>The app is stopped while the server has the mail and thinks about it.</summary>
    [Fact]
    public async Task RunAsync_StoppedAfterContent_LetsTheSessionFinish()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Hang(SmtpMoment.Dot) with { HangsFor = TimeSpan.FromMilliseconds(300), KeepsMail = true });
        await driver.AddAsync();
        using var stop = new CancellationTokenSource();
        var sending = driver.Start().SendAsync(cancellationToken: stop.Token);
        await driver.MailServer.HangingAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await sending;

        Assert.Equal((InvoiceStatus.Sent, 1), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
    }
}
