using System.Text.RegularExpressions;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>Keys as spreadsheets write them. A key that is read wrongly is another customer, whom nobody knows: what is certain is unwrapped, everything else refused.</summary>
internal static partial class SpreadsheetKey
{
    private const string Quotes = "'\"\u2018\u2019\u201A\u201C\u201D\u201E\u00AB\u00BB`\u00B4";

    /// <summary>The key without what keeps it from being taken for a number: <c>="…"</c>, quotes around it, an apostrophe before it.</summary>
    public static string Unwrap(string cell) => Wrapping().Match(cell) is { Success: true } wrapping ? CellText.Trim(wrapping.Groups["key"].Value) : cell;

    /// <summary>Why the key may be another one than the cell shows, and what to do about it; null when it is certain.</summary>
    public static string? DoubtAbout(string key) =>
        key.StartsWith('=') ? "This is a formula. Write the key itself, in a column that is formatted as text."
        : AsNumber().IsMatch(key) ? "A spreadsheet has written the key as a number, and digits may be lost. Format the column as text, and take the keys from where they come from once more."
        : key.Any(letter => letter != ' ' && CellText.IsUnseen(letter)) ? "The key has an invisible character, or a blank that is not a space. Write it anew."
        : key.Length > 0 && (Quotes.Contains(key[0]) || Quotes.Contains(key[^1])) ? "The key has a quote at one end. Write it without quotes."
        : null;

    [GeneratedRegex(
        """^(="(?<key>[^"]+)"|"(?<key>[^"]+)"|'(?<key>[^']+)'?|\u2018(?<key>[^\u2018\u2019]+)\u2019|[\u201C\u201E](?<key>[^\u201C-\u201E]+)[\u201C\u201D])$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wrapping();

    /// <summary>Scientific notation, decimals that are zero, and groups of three digits. 12E5 alone is none: no spreadsheet leaves the sign out.</summary>
    [GeneratedRegex("^[+-]?([0-9]+[.,][0-9]+E[+-]?[0-9]+|[0-9]+E[+-][0-9]+|[0-9]+[.,]0+|[0-9]{1,3}(,[0-9]{3})+)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AsNumber();
}
