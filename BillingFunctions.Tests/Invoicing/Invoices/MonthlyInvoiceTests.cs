using BillingFunctions.Invoicing.Invoices;

namespace BillingFunctions.Tests.Invoicing.Invoices;

public sealed class MonthlyInvoiceTests
{
    [Fact]
    public void Status_Names_AreStoredAndMustStayAsTheyAre() => Assert.Equal(
        "0 pending, 1 priced, 2 sending, 3 sent, 4 no_charge, 5 lookup_failed, 6 email_failed, 7 delivery_unknown, 8 not_billed, 9 not_found",
        string.Join(", ", InvoiceStatuses.All.Select(status => $"{(int)status} {status.ToText()}")));
}
