using System.Text;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Csv;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>
/// Writes <c>errors.csv</c>: the rows that failed as they were, behind them their line and what is wrong. It can be mended in a spreadsheet and sent again as it is.
/// </summary>
/// <param name="columns">The columns of the file.</param>
/// <param name="separator">The file's separator. In place of a tab stands a comma, since Excel does not split a CSV file at tabs.</param>
internal sealed class FailedRows(CustomerColumns columns, char separator)
{
    private readonly char _separator = separator == '\t' ? ',' : separator;

    /// <summary>The line of column names, behind the byte order mark without which spreadsheets take UTF-8 for another encoding.</summary>
    public byte[] Header() => [.. Encoding.UTF8.Preamble, .. CsvLines.Write([[.. columns.Places.Select(place => columns.Names[place]), CustomerColumns.Line, CustomerColumns.Error]], _separator)];

    public byte[] Rows(IEnumerable<FailedRow> rows) => CsvLines.Write(rows.Select(CellsOf), _separator);

    /// <summary>What a row has behind the last column. Empty cells there are nothing but a ragged end.</summary>
    public static IEnumerable<string> BehindColumns(UploadedRow row, CustomerColumns columns) => row.Cells.Skip(columns.Names.Count).Where(cell => CellText.Trim(cell).Length > 0);

    private IEnumerable<CsvCell> CellsOf(FailedRow row) =>
        [.. columns.Places.Select(place => place < row.Row.Cells.Length ? row.Row.Cells[place] : ""), row.Row.Line, ErrorOf(row)];

    private string ErrorOf(FailedRow row)
    {
        var errors = string.Join(' ', row.Errors.Select(error => error.Column is null ? error.Message : $"{error.Column}: {error.Message}"));
        var beyond = BehindColumns(row.Row, columns).ToList();
        return beyond.Count == 0 ? errors : $"{errors} Behind the last column stood: {string.Join(" | ", beyond)}";
    }
}

/// <summary>A row and what is wrong with it.</summary>
internal sealed record FailedRow(UploadedRow Row, IReadOnlyList<RowError> Errors);
