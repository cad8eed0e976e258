using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Amounts;

/// <summary>Messages of the poison queue.</summary>
public sealed class LookupPoisonQueueTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AMessageThatNobodyCouldDealWith_FailsItsInvoice()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = Id, LookupAttempts = 1 });
        var lookup = JsonSerializer.Serialize(new InvoiceLookup(InvoicingJobsDriver.Month, Id, 1));

        await driver.Get<InvoicePoisonQueueFunctions>().OnLookupAsync(lookup, Token);
        await driver.Get<InvoicePoisonQueueFunctions>().OnLookupAsync(lookup, Token);

        Assert.Equal(InvoiceStatus.LookupFailed, (await driver.FindAsync(Id)).Status);
        Assert.Single(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }

    [Fact]
    public async Task Run_AnInvoiceThatIsPricedMeanwhile_LeavesItAlone()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = Id });
        await driver.LookUpAsync(Id);

        await driver.Get<InvoicePoisonQueueFunctions>().OnLookupAsync(JsonSerializer.Serialize(new InvoiceLookup(InvoicingJobsDriver.Month, Id)), Token);

        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync(Id)).Status);
        Assert.Empty(await driver.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }
}
