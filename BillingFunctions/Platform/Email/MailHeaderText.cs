using System.Globalization;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>Text from elsewhere, made fit for a mail header.</summary>
internal static class MailHeaderText
{
    /// <summary>One line without control and format characters, lone surrogates and double spaces, at most so many UTF-16 units.</summary>
    public static string Clean(string text, int length)
    {
        var clean = new StringBuilder(Math.Min(text.Length, length));
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = IsVisible(rune) ? rune : (Rune)' ';
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

    /// <summary>A name as it may stand before an address: the framework puts it in quotes, but leaves those that are in it alone.</summary>
    public static string CleanName(string name, int length) => Clean(name, length).Replace('"', '\'').Replace('\\', '/');

    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate);
}
