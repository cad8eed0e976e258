using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>The app is stopped while a mail is being sent.</summary>
public sealed class InvoiceMailStopTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task RunAsync_StoppedBeforeContent_LeavesTheMailToTheNextProcess()
    {
        using var world = new MailWorld(azurite, session => session == 1 ? SmtpFault.Hang(SmtpMoment.Recipient) : null);
        await world.AddAsync();
        using var stop = new CancellationTokenSource();
        var sending = world.Start().SendAsync(cancellationToken: stop.Token);
        await world.Sink.HangingAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((InvoiceStatus.Priced, 0), ((await world.FindAsync()).Status, (await world.FindAsync()).EmailAttempts));
        await world.Start().SendAsync();
        Assert.Single(world.Sink.Mails);
    }

    /// <summary>The app is stopped while the server has the mail and thinks about it.</summary>
    [Fact]
    public async Task RunAsync_StoppedAfterContent_LetsTheSessionFinish()
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Hang(SmtpMoment.Dot) with { HangsFor = TimeSpan.FromMilliseconds(300), KeepsMail = true });
        await world.AddAsync();
        using var stop = new CancellationTokenSource();
        var sending = world.Start().SendAsync(cancellationToken: stop.Token);
        await world.Sink.HangingAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await sending;

        Assert.Equal((InvoiceStatus.Sent, 1), ((await world.FindAsync()).Status, world.Sink.Mails.Count));
    }
}
