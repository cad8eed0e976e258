using System.Globalization;

namespace BillingFunctions.Platform;

/// <summary>An amount of money.</summary>
/// <param name="Amount">In minor units, as Stripe counts them: cents of a dollar, but whole yen, and thousandths of a dinar.</param>
/// <param name="Currency">Three letters, lower case, such as <c>usd</c>.</param>
public readonly record struct Money(long Amount, string Currency)
{
    /// <summary>The amount in major units with the currency's decimals, such as <c>1250.00</c> or <c>1250</c>, for machines.</summary>
    public string ToDecimalText() => ToText("F");

    /// <summary>For people, such as <c>1,250.00 USD</c>.</summary>
    public override string ToString() => $"{ToText("N")} {Currency.ToUpperInvariant()}";

    private string ToText(string format)
    {
        var decimals = Currencies.DecimalsOf(Currency);
        var major = Amount / Enumerable.Repeat(10m, decimals).Aggregate(1m, (product, ten) => product * ten);
        var shown = Currencies.ShownDecimalsOf(Currency);
        return major.ToString(string.Create(CultureInfo.InvariantCulture, $"{format}{(decimal.Round(major, shown) == major ? shown : decimals)}"), CultureInfo.InvariantCulture);
    }
}
