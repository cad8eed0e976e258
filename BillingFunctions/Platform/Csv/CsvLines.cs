using System.Globalization;
using CsvHelper;

namespace BillingFunctions.Platform.Csv;

/// <summary>Writes CSV: RFC 4180 with CRLF and quotes where needed; UTF-8 without a mark; safe to open in a spreadsheet.</summary>
internal static class CsvLines
{
    /// <summary>The lines as bytes, each ended.</summary>
    /// <param name="lines">The cells of each line.</param>
    /// <param name="separator">What stands between two cells.</param>
    public static byte[] Write(IEnumerable<IEnumerable<CsvCell>> lines, char separator = ',')
    {
        using var stream = new MemoryStream();
        var options = new CsvWriterOptions { NewLine = "\r\n", Separator = separator, Quoting = CsvQuoting.WhenNeededOrWhitespace };
        using (var csv = CsvWriter.Create(stream, options, leaveOpen: true))
        {
            foreach (var line in lines)
            {
                foreach (var cell in line)
                {
                    csv.WriteField(cell.Text);
                }

                csv.EndRecord();
            }
        }

        return stream.ToArray();
    }
}

/// <summary>A cell. Text that a spreadsheet would run as a formula is disarmed, unless it is <see cref="Raw"/>.</summary>
internal readonly record struct CsvCell
{
    private CsvCell(string text) => Text = text;

    public string Text { get; }

    /// <summary>Text as it is: a number, which is no formula even if it is negative, or what a user wants so.</summary>
    public static CsvCell Raw(string text) => new(text);

    public static implicit operator CsvCell(string? text) => new(FormulaCell.Escape(text ?? ""));

    public static implicit operator CsvCell(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>To the second, in UTC.</summary>
    public static implicit operator CsvCell(DateTimeOffset? time) => new(time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "");
}
