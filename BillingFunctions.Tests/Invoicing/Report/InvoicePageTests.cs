using Azure;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Invoicing.Report;

public sealed class InvoicePageTests
{
    private static readonly BillingMonth March = BillingMonth.Parse("2026-03");
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:00:00Z");
    private static readonly BilledCustomer Billed = new("c1", Now, "", "c1@example.com", "One", "Europe/Berlin", "EUR");
    private static readonly BilledCustomer NotBilled = Billed with { FirstBillingMonth = "2026-04" };

    [Fact]
    public void Plan_NewCustomer_AddsAnOpenInvoice()
    {
        var page = Plan(Billed);

        Assert.Equal(
            new MonthlyInvoice
            {
                Month = "2026-03",
                CustomerId = "c1",
                Email = "c1@example.com",
                Name = "One",
                TimeZone = "Europe/Berlin",
                Currency = "eur",
                QueuedAt = Now,
            },
            Assert.Single(page.Writes));
        Assert.Equal(["c1"], page.Lookups);
        Assert.Equal((1, 0), (page.Added, page.NotBilled));
    }

    [Fact]
    public void Plan_NewCustomerThatIsNotBilled_AddsItWithItsReason()
    {
        var page = Plan(NotBilled);

        var invoice = Assert.Single(page.Writes);
        Assert.Equal((InvoiceStatus.NotBilled, "The customer is billed from 2026-04 on.", null), (invoice.Status, invoice.Reason, invoice.QueuedAt));
        Assert.Empty(page.Lookups);
        Assert.Equal((0, 1), (page.Added, page.NotBilled));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending, 1)]
    [InlineData(InvoiceStatus.Priced, 0)]
    [InlineData(InvoiceStatus.Sending, 0)]
    [InlineData(InvoiceStatus.Sent, 0)]
    [InlineData(InvoiceStatus.NoCharge, 0)]
    [InlineData(InvoiceStatus.LookupFailed, 0)]
    [InlineData(InvoiceStatus.EmailFailed, 0)]
    [InlineData(InvoiceStatus.DeliveryUnknown, 0)]
    public void Plan_InvoiceIsThere_IsLeftAloneAndQueuedOnlyWithoutAmount(InvoiceStatus status, int lookups)
    {
        var page = Plan(Billed, Stored(status));

        Assert.Empty(page.Writes);
        Assert.Equal(lookups, page.Lookups.Count);
        Assert.Equal(0, page.Added);
    }

    [Fact]
    public void Plan_NotBilledBeforeButNow_BecomesOpenWithTheCustomerAsItIs()
    {
        var page = Plan(Billed, Stored(InvoiceStatus.NotBilled) with { Reason = "The customer was in no upload.", Email = "" });

        var invoice = Assert.Single(page.Writes);
        Assert.Equal((InvoiceStatus.Pending, null, "c1@example.com", new ETag("1")), (invoice.Status, invoice.Reason, invoice.Email, invoice.ETag));
        Assert.Equal((1, 1), (page.Lookups.Count, page.Added));
    }

    [Theory]
    [InlineData(InvoiceStatus.NotBilled)]
    [InlineData(InvoiceStatus.Sent)]
    [InlineData(InvoiceStatus.Pending)]
    public void Plan_NotBilledNow_ChangesNothingThatIsThere(InvoiceStatus status)
    {
        var page = Plan(NotBilled, Stored(status));

        Assert.Empty(page.Writes);
        Assert.Empty(page.Lookups);
        Assert.Equal(1, page.NotBilled);
    }

    [Theory]
    [InlineData(-30, 1)]
    [InlineData(-90, 0)]
    public void Plan_TheSamePageAgain_CountsWhatThisRunHasAddedBefore(int createdSeconds, int added) =>
        Assert.Equal(added, Plan(Billed, Stored(InvoiceStatus.Sent) with { CreatedAt = Now.AddSeconds(createdSeconds) }).Added);

    private static MonthlyInvoice Stored(InvoiceStatus status) => new()
    {
        Month = "2026-03",
        CustomerId = "c1",
        Status = status,
        Amount = status is InvoiceStatus.Pending or InvoiceStatus.NotBilled ? null : new Money(100, "eur"),
        ETag = new ETag("1"),
    };

    private static InvoicePage Plan(BilledCustomer customer, params MonthlyInvoice[] existing) =>
        InvoicePage.Plan(March, [customer], existing.ToDictionary(invoice => invoice.CustomerId), Now.AddMinutes(-1), Now);
}
