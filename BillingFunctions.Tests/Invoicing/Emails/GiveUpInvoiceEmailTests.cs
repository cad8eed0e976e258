using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>Messages of the poison queue.</summary>
public sealed class GiveUpInvoiceEmailTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(InvoiceStatus.Priced, InvoiceStatus.EmailFailed, 1)]
    [InlineData(InvoiceStatus.EmailFailed, InvoiceStatus.EmailFailed, 1)]
    [InlineData(InvoiceStatus.Sent, InvoiceStatus.Sent, 0)]
    [InlineData(InvoiceStatus.DeliveryUnknown, InvoiceStatus.DeliveryUnknown, 0)]
    public async Task RunAsync_PoisonMessage_FailsWhatIsNotSent(InvoiceStatus before, InvoiceStatus after, int jobs)
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync(MailWorld.Invoice() with { Status = before });

        await world.Start().GiveUpAsync();
        await world.Start().GiveUpAsync();

        Assert.Equal((after, jobs), ((await world.FindAsync()).Status, (await world.FailedJobsAsync()).Count));
    }

    [Fact]
    public async Task RunAsync_MailMayBeOnItsWay_LooksAgainAfterTheLease()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync(MailWorld.Invoice() with { Status = InvoiceStatus.Sending, SendAttemptId = "other", SendingSince = world.Time.GetUtcNow() });

        await world.Start().GiveUpAsync();
        Assert.Equal((InvoiceStatus.Sending, 0), ((await world.FindAsync()).Status, (await world.FailedJobsAsync()).Count));
        await world.DeliverAllAsync();
        await world.Start().GiveUpAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 0), ((await world.FindAsync()).Status, (await world.FailedJobsAsync()).Count));
    }
}
