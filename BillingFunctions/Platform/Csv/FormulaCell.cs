namespace BillingFunctions.Platform.Csv;

/// <summary>Cells that a spreadsheet would run as a formula when the file is opened.</summary>
internal static class FormulaCell
{
    /// <summary>Puts an apostrophe before text that begins with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab or a line break, also after spaces.</summary>
    public static string Escape(string text) => IsFormula(text) ? "'" + text : text;

    /// <summary>Takes away the apostrophe that <see cref="Escape"/> and spreadsheets put before such text, so that a file can come back.</summary>
    public static string Unescape(string text) => text.StartsWith('\'') && IsFormula(text[1..]) ? text[1..] : text;

    private static bool IsFormula(string text)
    {
        var start = text.AsSpan().TrimStart(' ');
        return start.Length > 0 && (start[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n'
            || (char.IsWhiteSpace(start[0]) && start.TrimStart() is ['=' or '+' or '-' or '@', ..]));
    }
}
