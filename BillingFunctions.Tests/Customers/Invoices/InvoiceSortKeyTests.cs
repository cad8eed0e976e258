using BillingFunctions.Customers.Invoices;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Customers.Invoices;

public sealed class InvoiceSortKeyTests
{
    [Theory]
    [InlineData("fe96ae1d7f|in_1", true)]
    [InlineData("fe96ae1d7f|2026-10/cust 1", true)]
    [InlineData("fe96ae1d7f|", false)]
    [InlineData("fe96ae1d7x|in_1", false)]
    [InlineData("FE96AE1D7F|in_1", false)]
    [InlineData("in_1", false)]
    [InlineData("fe96ae1d7f|in\u00011", false)]
    public void Is_Text_IsRecognized(string text, bool expected) => Assert.Equal(expected, InvoiceSortKey.Is(text));

    [Fact]
    public void Of_LaterInvoice_ComesFirst()
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(StripeEventBuilder.Time);

        var keys = new[] { InvoiceSortKey.From(time, "in_1"), InvoiceSortKey.From(time.AddSeconds(1), "inv_1"), InvoiceSortKey.From(time.AddSeconds(-1), "2026-01/cust_1"), InvoiceSortKey.From(time.AddMilliseconds(1), "in_2") };

        Assert.Equal([keys[1], keys[0], keys[3], keys[2]], keys.Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.True(InvoiceSortKey.Is(key)));
    }
}
