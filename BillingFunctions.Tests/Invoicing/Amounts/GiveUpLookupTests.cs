using System.Text.Json;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Amounts;

/// <summary>Messages of the poison queue.</summary>
public sealed class GiveUpLookupTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AMessageThatNobodyCouldDealWith_FailsItsInvoice()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = Id, LookupAttempts = 1 });
        var lookup = JsonSerializer.Serialize(new InvoiceLookup(InvoicingRig.Month, Id, 1));

        await rig.Get<GiveUpLookupFunction>().RunAsync(lookup, Token);
        await rig.Get<GiveUpLookupFunction>().RunAsync(lookup, Token);

        Assert.Equal(InvoiceStatus.LookupFailed, (await rig.FindAsync(Id)).Status);
        Assert.Single(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }

    [Fact]
    public async Task Run_AnInvoiceThatIsPricedMeanwhile_LeavesItAlone()
    {
        await using var rig = await InvoicingRig.StartAsync(azurite);
        await rig.PutAsync(new MonthlyInvoice { Month = InvoicingRig.Month, CustomerId = Id });
        await rig.LookUpAsync(Id);

        await rig.Get<GiveUpLookupFunction>().RunAsync(JsonSerializer.Serialize(new InvoiceLookup(InvoicingRig.Month, Id)), Token);

        Assert.Equal(InvoiceStatus.Priced, (await rig.FindAsync(Id)).Status);
        Assert.Empty(await rig.FailedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
    }
}
