using System.Text;
using System.Text.Json;

namespace BillingFunctions.Platform.Stripe;

/// <summary>
/// Reads Stripe's JSON, in which a text may have half of a character: an escaped surrogate without the other one, which no text can hold. One such name must not stop
/// all others, so it becomes U+FFFD, the sign for what is no character. The same goes for bytes that are no UTF-8.
/// </summary>
internal static class StripeText
{
    private const int EscapeLength = 6;

    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonElement Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Parse(string)"/>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var isText = System.Text.Unicode.Utf8.IsValid(json);
        return isText && json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0
            ? JsonElement.Parse(json)
            : JsonElement.Parse(Repaired(isText ? json.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json))));
    }

    private static byte[] Repaired(byte[] json)
    {
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != '\\')
            {
                continue;
            }

            var isPair = char.IsHighSurrogate(EscapedAt(json, at)) && char.IsLowSurrogate(EscapedAt(json, at + EscapeLength));
            if (!isPair && char.IsSurrogate(EscapedAt(json, at)))
            {
                Replacement.CopyTo(json.AsSpan(at));
            }

            // Behind any other escape stands one letter that is none itself, as the second backslash of two.
            at += isPair ? (2 * EscapeLength) - 1 : 1;
        }

        return json;
    }

    /// <summary>The character that is escaped at a place as <c>\uXXXX</c>; NUL when none is.</summary>
    private static char EscapedAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
            && ushort.TryParse(json.Slice(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var code) ? (char)code : '\0';
}
