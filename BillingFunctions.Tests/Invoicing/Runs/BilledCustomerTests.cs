using System.Globalization;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Invoicing.Runs;

public sealed class BilledCustomerTests
{
    [Theory]
    [InlineData("2026-04-01T00:00:00Z", "", null)]
    [InlineData("2026-04-02T10:00:00Z", "2026-03", null)]
    [InlineData("2026-04-02T10:00:00Z", "2020-01", null)]
    [InlineData("2027-01-01T00:00:00Z", "", null)]
    [InlineData("2026-03-31T23:59:59Z", "", "The customer was not in the month's upload: the last one with it was on 2026-03-31, before the month had ended.")]
    [InlineData("2026-04-01T01:30:00+02:00", "", "The customer was not in the month's upload: the last one with it was on 2026-03-31, before the month had ended.")]
    [InlineData("2026-04-02T10:00:00Z", "2026-04", "The customer is billed from 2026-04 on.")]
    [InlineData("2026-04-02T10:00:00Z", "1970-01", null)]
    [InlineData(null, "", "The customer was in no upload.")]
    [InlineData(null, "2026-01", "The customer was in no upload.")]
    public void ReasonNotBilled_ForMarch_GoesByUploadAndFirstMonth(string? ingested, string first, string? reason)
    {
        var customer = new BilledCustomer("c1", ingested is null ? null : DateTimeOffset.Parse(ingested, CultureInfo.InvariantCulture), first, "a@example.com", "A", "", "");

        Assert.Equal(reason, customer.ReasonNotBilled(BillingMonth.Parse("2026-03")));
    }
}
