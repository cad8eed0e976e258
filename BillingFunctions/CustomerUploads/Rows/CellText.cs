using System.Globalization;
using BillingFunctions.Platform.Csv;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>What a cell says.</summary>
internal static class CellText
{
    /// <summary>The text without blanks and invisible characters around it, and without the apostrophe that keeps a spreadsheet from running it.</summary>
    public static string Of(string cell) => Trim(FormulaCell.Unescape(Trim(cell)));

    /// <summary>The text without blanks and invisible characters around it.</summary>
    public static string Trim(string text)
    {
        var seen = text.AsSpan();
        while (seen is [var first, ..] && IsUnseen(first))
        {
            seen = seen[1..];
        }

        while (seen is [.., var last] && IsUnseen(last))
        {
            seen = seen[..^1];
        }

        return seen.Length == text.Length ? text : seen.ToString();
    }

    /// <summary>Whether a character cannot be seen: blanks, and what only says how text is laid out, such as U+200B.</summary>
    public static bool IsUnseen(char letter) => char.IsWhiteSpace(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;
}
