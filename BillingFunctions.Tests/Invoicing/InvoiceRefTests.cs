using BillingFunctions.Invoicing;

namespace BillingFunctions.Tests.Invoicing;

public sealed class InvoiceRefTests
{
    [Theory]
    [InlineData("2026-10/42", "42")]
    [InlineData("2026-10:a/b", "a/b")]
    [InlineData("2026-10/ann@example.com", "ann@example.com")]
    public void Parse_AnId_IsMonthAndCustomer(string text, string customer)
    {
        var id = InvoiceRef.Parse(text);

        Assert.Equal(new InvoiceRef("2026-10", customer), id);
        Assert.Equal($"2026-10/{customer}", id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-10")]
    [InlineData("2026-10/")]
    [InlineData("2026-13/42")]
    [InlineData("2026-10-42")]
    [InlineData("inv_1")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(InvoiceRef.Parse(text));
}
