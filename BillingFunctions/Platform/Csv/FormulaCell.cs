using System.Buffers;
using System.Globalization;

namespace BillingFunctions.Platform.Csv;

/// <summary>Cells that a spreadsheet would run as a formula when the file is opened.</summary>
internal static class FormulaCell
{
    /// <summary>
    /// What starts a formula: the ASCII signs, and the characters that Unicode calls compatible with them (full-width, small, superscript and subscript forms, the
    /// minus sign), which some spreadsheets take for them.
    /// </summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create("=+-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u207C\u207A\u207B\u208C\u208A\u208B\u2212\uFB29");

    /// <summary>
    /// Puts an apostrophe before text that begins with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c> or a form of them, also after spaces and invisible characters; and before
    /// text that begins with a tab or a line break.
    /// </summary>
    public static string Escape(string text) => IsFormula(text) ? "'" + text : text;

    /// <summary>Takes away the apostrophe that <see cref="Escape"/> and spreadsheets put before such text, so that a file can come back.</summary>
    public static string Unescape(string text) => text.StartsWith('\'') && IsFormula(text[1..]) ? text[1..] : text;

    private static bool IsFormula(string text) =>
        text.AsSpan().TrimStart(' ') is ['\t' or '\r' or '\n', ..]
        || text.FirstOrDefault(letter => !char.IsWhiteSpace(letter) && char.GetUnicodeCategory(letter) is not UnicodeCategory.Format) is var first && Signs.Contains(first);
}
