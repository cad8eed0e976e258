using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Stripe;

/// <summary>A <c>Stripe-Signature</c> header: <c>t=1700000000,v1=…,v1=…,v0=…</c>. Only <c>v1</c> counts.</summary>
internal sealed class SignatureHeader(ILookup<string, string> items)
{
    /// <summary>As it was sent; null when there is none.</summary>
    public string? Timestamp => items["t"].FirstOrDefault();

    /// <exception cref="StripeException">An item has no value.</exception>
    public static SignatureHeader Parse(string header)
        => new(header.Trim().Split(',').Select(Split).ToLookup(item => item.Name, item => item.Value));

    /// <summary>Compares in a time that tells nothing about the signature.</summary>
    public bool HasSignature(string expected)
        => items["v1"].Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(expected)));

    /// <summary>Unix seconds, in 32 bits as with the vendor; 0 when there is none.</summary>
    /// <exception cref="FormatException">The timestamp is no number.</exception>
    /// <exception cref="OverflowException">The timestamp is beyond 2038.</exception>
    public int ReadTimestamp() => int.Parse(Timestamp ?? "0", CultureInfo.InvariantCulture);

    private static (string Name, string Value) Split(string item)
        => item.Trim().Split('=', 2) is [var name, var value]
            ? (name, value)
            : throw new StripeException("The Stripe-Signature header has an item without a value.");
}
