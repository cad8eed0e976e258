using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

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
    public static JsonElement Parse(ReadOnlySpan<byte> json) => JsonElement.Parse(MayNeedRepair(json) ? Repair(json) : json);

    /// <summary>Whether something in it may be no text. Mostly nothing is, and then it need not be copied.</summary>
    public static bool MayNeedRepair(ReadOnlySpan<byte> json) => json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0 || !Utf8.IsValid(json);

    /// <summary>The JSON with U+FFFD in the place of what is no text.</summary>
    public static byte[] Repair(ReadOnlySpan<byte> original)
    {
        var json = Utf8.IsValid(original) ? original.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(original));
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

    /// <summary>The character whose code is escaped at a place, in four hexadecimal digits; NUL when none is.</summary>
    private static char EscapedAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
            && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? (char)code : '\0';
}
