using BillingFunctions.Customers.Invoices;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Invoices;

public sealed class CustomerMonthlyInvoicesTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_MonthsWithRuns_AreReadByFullKey()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount());
        string[] months = ["2025-12", "2026-01", "2026-03"];
        foreach (var month in months)
        {
            await driver.Get<InvoicingRuns>().TryClaimAsync(Run(month), latestId: null, Token);
        }

        await driver.PutAsync(Invoice("2025-12"));
        await driver.PutAsync(Invoice("2026-03"), Invoice("2026-03") with { CustomerId = "cust_2" });
        driver.Storage.Reset();

        var listed = await driver.Get<CustomerMonthlyInvoices>().ListAsync(new InvoiceOwner("cust_1", "cus_1"), Token);

        Assert.Equal(["2025-12/cust_1", "2026-03/cust_1"], listed.Select(invoice => invoice.Id).Order(StringComparer.Ordinal));
        var reads = driver.Storage.Calls.Select(call => call.Path).Where(path => path.Contains(MonthlyInvoiceStore.Table, StringComparison.Ordinal)).ToList();
        Assert.Equal(months.Length, reads.Count);
        Assert.All(reads, path => Assert.Contains("RowKey='cust_1'", path, StringComparison.Ordinal));
        Assert.Equal(["2026-03", "2026-01"], await driver.Get<InvoicingRuns>().ListMonthsAsync(2, before: null, Token));
    }

    [Fact]
    public void ViewOf_AmountNotKnown_IsNull()
    {
        var pending = CustomerMonthlyInvoices.ViewOf(Invoice("2026-03"));

        Assert.Equal((null, null, "pending"), (pending.AmountDue, pending.Total, pending.Status));
    }

    [Fact]
    public void ViewOf_AmountKnown_IsOwedAndNotPaid()
    {
        var owed = CustomerMonthlyInvoices.ViewOf(Invoice("2026-03") with { Status = InvoiceStatus.LookupFailed, Amount = new Money(1250, "usd") });

        Assert.Equal((new Money(1250, "usd"), new Money(1250, "usd"), "lookup_failed"), (owed.AmountDue, owed.Total, owed.Status));
        Assert.Equal((null, null), (owed.AmountPaid, owed.AmountRemaining));
    }

    private static MonthlyInvoice Invoice(string month) => new() { Month = month, CustomerId = "cust_1" };

    private static InvoicingRun Run(string month) => new() { Id = RunId.New<InvoicingRun>(InvoicingJobsDriver.Ingested), Month = month, RequestedBy = "test", StartedAt = InvoicingJobsDriver.Ingested };
}
