using System.Collections.Frozen;
using System.Globalization;

namespace BillingFunctions.LocalHost.Client;

/// <summary>An amount as the API tells it.</summary>
/// <param name="Amount">In minor units.</param>
/// <param name="Currency">Three letters, lower case.</param>
internal readonly record struct Money(long Amount, string Currency)
{
    /// <summary>How many decimals an amount has where it has not two, as Stripe counts it: https://docs.stripe.com/currencies#zero-decimal.</summary>
    private static readonly FrozenDictionary<string, int> Decimals = new (string Codes, int Decimals)[]
    {
        ("bif clp djf gnf jpy kmf krw mga pyg rwf uyi vnd vuv xaf xof xpf", 0),
        ("bhd iqd jod kwd lyd omr tnd", 3),
        ("clf uyw", 4),
    }.SelectMany(group => group.Codes.Split(' ').Select(code => (code, group.Decimals))).ToFrozenDictionary(pair => pair.code, pair => pair.Decimals);

    /// <summary>In major units, such as <c>1,250.00 USD</c>.</summary>
    public override string ToString()
    {
        var decimals = Decimals.GetValueOrDefault(Currency, 2);
        var major = Amount * new decimal(1, 0, 0, false, (byte)decimals);
        return $"{major.ToString($"N{decimals}", CultureInfo.InvariantCulture)} {Currency.ToUpperInvariant()}";
    }
}
