using System.Globalization;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>Text from elsewhere, such as a customer's name, made fit for a line of a mail. Each is cut to so many UTF-16 units at most, never amid a letter.</summary>
internal static class MailText
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>A line of the body: line breaks, control characters and lone surrogates become spaces, and several spaces one. Format characters stay, since scripts are misspelt without them.</summary>
    public static string BodyLine(string text, int length) => Clean(text, length, (_, _, _) => false);

    /// <summary>
    /// A header: as <see cref="BodyLine"/>, but without format characters, which cannot be seen and could make a name look like another. Joiners stay between letters
    /// or signs beyond ASCII, where they belong to the spelling.
    /// </summary>
    public static string Header(string text, int length) => Clean(text, length, (before, rune, after) => IsFormat(rune) && !(IsJoiner(rune) && IsJoined(before) && IsJoined(after)));

    /// <summary>A name before an address: without quotes and backslashes, so that no reader of headers, however simple, takes a part of it for an address.</summary>
    public static string HeaderName(string name, int length) => Header(name, length).Replace('"', '\'').Replace('\\', '/');

    /// <param name="text">Text of a customer or of settings.</param>
    /// <param name="length">The most characters to keep.</param>
    /// <param name="isDropped">Whether a character is left out, given the ones before and after it too.</param>
    private static string Clean(string text, int length, Func<Rune, Rune, Rune, bool> isDropped)
    {
        var (clean, runes) = (new StringBuilder(Math.Min(text.Length, length)), text.EnumerateRunes().ToArray());
        for (var at = 0; at < runes.Length; at++)
        {
            if (isDropped(runes.ElementAtOrDefault(at - 1), runes[at], runes.ElementAtOrDefault(at + 1)))
            {
                continue;
            }

            var letter = IsBreak(runes[at]) ? (Rune)' ' : runes[at];
            if (clean.Length + letter.Utf16SequenceLength > length)
            {
                break;
            }

            if (letter.Value != ' ' || (clean.Length > 0 && clean[^1] != ' '))
            {
                clean.Append(letter.ToString());
            }
        }

        return clean.ToString().TrimEnd();
    }

    private static bool IsJoiner(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner;

    private static bool IsJoined(Rune rune) => !rune.IsAscii && !IsBreak(rune) && !IsFormat(rune);

    private static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static bool IsBreak(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate;
}
