using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>Messages of the poison queue.</summary>
public sealed class InvoiceEmailPoisonQueueTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(InvoiceStatus.Priced, InvoiceStatus.EmailFailed, 1)]
    [InlineData(InvoiceStatus.EmailFailed, InvoiceStatus.EmailFailed, 1)]
    [InlineData(InvoiceStatus.Sent, InvoiceStatus.Sent, 0)]
    [InlineData(InvoiceStatus.DeliveryUnknown, InvoiceStatus.DeliveryUnknown, 0)]
    public async Task RunAsync_PoisonMessage_FailsWhatIsNotSent(InvoiceStatus before, InvoiceStatus after, int jobs)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(InvoiceMailDriver.Invoice() with { Status = before });

        await driver.Start().GiveUpAsync();
        await driver.Start().GiveUpAsync();

        Assert.Equal((after, jobs), ((await driver.FindAsync()).Status, (await driver.FailedJobsAsync()).Count));
    }

    [Fact]
    public async Task RunAsync_MailMayBeOnItsWay_LooksAgainAfterTheLease()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync(InvoiceMailDriver.Invoice() with { Status = InvoiceStatus.Sending, SendAttemptId = "other", SendingSince = driver.Time.GetUtcNow() });

        await driver.Start().GiveUpAsync();
        Assert.Equal((InvoiceStatus.Sending, 0), ((await driver.FindAsync()).Status, (await driver.FailedJobsAsync()).Count));
        await driver.DeliverAllAsync();
        await driver.Start().GiveUpAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 0), ((await driver.FindAsync()).Status, (await driver.FailedJobsAsync()).Count));
    }
}
