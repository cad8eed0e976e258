using System.Buffers;
using System.Globalization;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>The name of a host of the internet.</summary>
internal static class HostName
{
    private const int MaxLength = 253;
    private const int MaxLabel = 63;

    /// <summary>By UTS 46, which the framework has from ICU: without it (<c>InvariantGlobalization</c>) letters would neither be lowered nor composed.</summary>
    private static readonly IdnMapping Idna = new() { UseStd3AsciiRules = true };

    /// <summary>Letters that older editions of IDNA turn into others (ß into ss) and newer ones keep: which host is meant would depend on the machine.</summary>
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("\u00DF\u1E9E\u03C2\u200C\u200D");

    /// <summary>The name as DNS knows it: lower-case letters, digits and hyphens, up to 63 a label and 253 in all, other letters as <c>xn--…</c>; null when it is none.</summary>
    /// <param name="host">A name of at least two labels, the last of which is not a number.</param>
    public static string? Normalise(string host)
    {
        try
        {
            if (host.Normalize(NormalizationForm.FormKC).AsSpan().ContainsAny(Ambiguous))
            {
                return null;
            }

            var name = Idna.GetAscii(host).ToLowerInvariant();
            var labels = name.Split('.');
            return name.Length <= MaxLength && labels.Length > 1 && Array.TrueForAll(labels, IsLabel) && !labels[^1].All(char.IsAsciiDigit) ? name : null;
        }
        catch (ArgumentException)
        {
            // What IDNA does not allow, and half a surrogate pair.
            return null;
        }
    }

    private static bool IsLabel(string label) => label.Length is > 0 and <= MaxLabel && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') && label[0] != '-' && label[^1] != '-';
}
