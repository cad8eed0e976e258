using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Platform.Shadow;

/// <summary>Ids of things that other systems would have if shadow mode were off. No system makes ids that begin so.</summary>
internal static class ShadowId
{
    private const string Prefix = "shadow_";
    private const int Bytes = 12;

    /// <summary>The id of a thing, the same each time.</summary>
    /// <param name="kind">What it is, such as <c>in</c>.</param>
    /// <param name="seed">What tells it from others of its kind.</param>
    public static string Of(string kind, string seed) => $"{Prefix}{kind}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, Bytes))}";

    public static bool Is(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);
}
