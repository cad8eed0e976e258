using System.Globalization;
using AppMoney = BillingFunctions.Platform.Money;
using Currencies = BillingFunctions.Platform.Currencies;
using Money = BillingFunctions.LocalHost.Client.Money;

namespace BillingFunctions.Tests.LocalHost.Client;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("usd", "1,234.50 USD")]
    [InlineData("jpy", "123,450 JPY")]
    [InlineData("kwd", "123.450 KWD")]
    public void ToString_MinorUnits_AreShownAsTheCurrencyHasThem(string currency, string expected) => Assert.Equal(expected, new Money(123450, currency).ToString());

    /// <summary>The client, as every other client of the API, knows by itself what a minor unit is; it has to know the same.</summary>
    [Fact]
    public void ToString_EveryCurrency_IsTheAmountThatTheAppMeans()
    {
        var letters = Enumerable.Range('a', 26).Select(letter => (char)letter).ToList();
        var codes = letters.SelectMany(a => letters.SelectMany(b => letters.Select(c => $"{a}{b}{c}"))).Where(Currencies.IsKnown).ToList();

        Assert.True(codes.Count > 150);
        Assert.All(codes, code => Assert.Equal(AmountOf(new AppMoney(1234567, code).ToString()), AmountOf(new Money(1234567, code).ToString())));
    }

    private static decimal AmountOf(string text) => decimal.Parse(text[..^4], NumberStyles.Number, CultureInfo.InvariantCulture);
}
