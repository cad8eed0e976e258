using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Csv;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>
/// Writes <c>errors.csv</c>: the rows that failed as they were, behind them their line and what is wrong. It can be mended and sent again as it is.
/// </summary>
internal sealed class FailedRows(CustomerColumns columns, char separator)
{
    /// <summary>The line of column names.</summary>
    public byte[] Header() => CsvLines.Write([[.. columns.Places.Select(place => columns.Names[place]), CustomerColumns.Line, CustomerColumns.Error]], separator);

    public byte[] Rows(IEnumerable<FailedRow> rows) => CsvLines.Write(rows.Select(CellsOf), separator);

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
