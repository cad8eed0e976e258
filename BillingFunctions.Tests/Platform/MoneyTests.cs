using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Platform;

public sealed class MoneyTests
{
    [Theory]
    [InlineData(1250, "usd", "12.50", "12.50 USD")]
    [InlineData(123456789, "eur", "1234567.89", "1,234,567.89 EUR")]
    [InlineData(5, "gbp", "0.05", "0.05 GBP")]
    [InlineData(1250, "jpy", "1250", "1,250 JPY")]
    [InlineData(500000, "vnd", "500000", "500,000 VND")]
    [InlineData(1250, "kwd", "1.250", "1.250 KWD")]
    [InlineData(1000001, "bhd", "1000.001", "1,000.001 BHD")]
    [InlineData(12345678, "clf", "1234.5678", "1,234.5678 CLF")]
    [InlineData(12500, "isk", "125", "125 ISK")]
    [InlineData(12550, "isk", "125.50", "125.50 ISK")]
    [InlineData(500000, "ugx", "5000", "5,000 UGX")]
    [InlineData(-1250, "usd", "-12.50", "-12.50 USD")]
    [InlineData(long.MaxValue, "usd", "92233720368547758.07", "92,233,720,368,547,758.07 USD")]
    public void Text_OfAnyCurrency_HasItsDecimals(long amount, string currency, string machine, string people)
    {
        var money = new Money(amount, currency);

        Assert.Equal((machine, people), (money.ToDecimalText(), money.ToString()));
    }

    [Theory]
    [InlineData("usd", true)]
    [InlineData("jpy", true)]
    [InlineData("tnd", true)]
    [InlineData("zwg", true)]
    [InlineData("USD", false)]
    [InlineData("xyz", false)]
    [InlineData("xau", false)]
    [InlineData("", false)]
    public void IsKnown_OfACode_TellsCurrenciesFromOthers(string code, bool isKnown) => Assert.Equal(isKnown, Currencies.IsKnown(code));
}
