using System.Collections.Frozen;
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

    /// <summary>The amount in major units, such as 1250.00.</summary>
    public decimal ToMajorUnits() => Amount / Enumerable.Repeat(10m, Currencies.DecimalsOf(Currency)).Aggregate(1m, (product, ten) => product * ten);

    private string ToText(string format)
    {
        var (decimals, major) = (Currencies.DecimalsOf(Currency), ToMajorUnits());
        var shown = Currencies.ShownDecimalsOf(Currency);
        return major.ToString(string.Create(CultureInfo.InvariantCulture, $"{format}{(decimal.Round(major, shown) == major ? shown : decimals)}"), CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// The currencies of ISO 4217 that money is kept in, and how many minor units each has: without precious metals, bond units, tests and "no currency", but with those
/// that ended less than two years ago.
/// </summary>
internal static class Currencies
{
    /// <summary>
    /// Decimals of those that have not two, as Stripe counts them. MGA has two by ISO 4217, but its fifths have no two decimals. See
    /// https://docs.stripe.com/currencies#zero-decimal.
    /// </summary>
    private static readonly FrozenDictionary<string, int> Decimals = new (string Codes, int Decimals)[]
    {
        ("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf", 0),
        ("bhd iqd jod kwd lyd omr tnd", 3),
        ("clf uyw", 4),
    }.SelectMany(group => group.Codes.Split(' ').Select(code => (code, group.Decimals))).ToFrozenDictionary(pair => pair.code, pair => pair.Decimals);

    /// <summary>Stripe counts them in hundredths, which nobody has seen for long: always 00, and not shown.</summary>
    private static readonly FrozenSet<string> ShownWhole = FrozenSet.Create("isk", "ugx");

    private static readonly FrozenSet<string> TwoDecimals = (
        "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf cny cop crc cup cve "
        + "czk dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gtq gyd hkd hnl hrk htg huf idr ils inr irr isk jmd kes kgs khr kpw kyd kzt lak lbp "
        + "lkr lrd lsl mad mdl mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr "
        + "sdg sek sgd shp sle sos srd ssp std stn svc syp szl thb tjs tmt top try ttd twd tzs uah ugx usd uyu uzs ved ves wst xcd xcg yer zar zmw "
        + "zwg").Split(' ').ToFrozenSet();

    /// <summary>Whether this is the code of a currency, in lower case.</summary>
    public static bool IsKnown(string code) => TwoDecimals.Contains(code) || Decimals.ContainsKey(code);

    /// <summary>How many decimals an amount in minor units has: 2 for cents, 0 for yen, 3 for thousandths of a dinar. 2 for a currency that is not known.</summary>
    public static int DecimalsOf(string code) => Decimals.GetValueOrDefault(code, 2);

    /// <summary>How many decimals of an amount people want to see, as long as the others are zeros.</summary>
    public static int ShownDecimalsOf(string code) => ShownWhole.Contains(code) ? 0 : DecimalsOf(code);
}
