using System.Globalization;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Csv;
using CsvHelper;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>
/// Writes <c>errors.csv</c>: the rows that failed as they were, behind them their line and what is wrong. It can be mended and sent again as it is.
/// </summary>
internal sealed class FailedRows(CustomerColumns columns, char separator)
{
    private readonly CsvWriterOptions _options = new() { NewLine = "\r\n", Separator = separator, Quoting = CsvQuoting.WhenNeededOrWhitespace };

    /// <summary>The line of column names.</summary>
    public byte[] Header() => Write(csv => WriteLine(csv, [.. columns.Places.Select(place => columns.Names[place]), CustomerColumns.Line, CustomerColumns.Error]));

    public byte[] Rows(IEnumerable<FailedRow> rows) => Write(csv =>
    {
        foreach (var row in rows)
        {
            WriteLine(csv, CellsOf(row));
        }
    });

    private IEnumerable<string> CellsOf(FailedRow row) =>
    [
        .. columns.Places.Select(place => place < row.Row.Cells.Length ? row.Row.Cells[place] : ""),
        row.Row.Line.ToString(CultureInfo.InvariantCulture),
        ErrorOf(row),
    ];

    private string ErrorOf(FailedRow row)
    {
        var errors = string.Join(' ', row.Errors.Select(error => error.Column is null ? error.Message : $"{error.Column}: {error.Message}"));
        var beyond = row.Row.Cells.Skip(columns.Names.Count).ToList();
        return beyond.Count == 0 ? errors : $"{errors} Behind the last column stood: {string.Join(" | ", beyond)}";
    }

    private static void WriteLine(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(FormulaCell.Escape(cell));
        }

        csv.EndRecord();
    }

    private byte[] Write(Action<CsvWriter> write)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, _options, leaveOpen: true))
        {
            write(csv);
        }

        return stream.ToArray();
    }
}

/// <summary>A row and what is wrong with it.</summary>
internal sealed record FailedRow(UploadedRow Row, IReadOnlyList<RowError> Errors);
