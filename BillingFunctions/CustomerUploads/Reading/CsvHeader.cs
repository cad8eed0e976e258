using BillingFunctions.CustomerUploads.Rows;
using CsvHelper;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>The first line of a file, which names its columns.</summary>
/// <param name="Separator">What stands between cells: <c>,</c> <c>;</c> or a tab.</param>
/// <param name="HasHint">Whether a line <c>sep=;</c>, as Excel knows it, stands before it.</param>
/// <param name="Names">The names as they are in the file.</param>
public sealed record CsvHeader(char Separator, bool HasHint, IReadOnlyList<string> Names)
{
    /// <summary>How much of a file is looked at to find its header, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly char?[] Separators = [',', ';', '\t'];

    /// <summary>Reads it from the beginning of a file.</summary>
    /// <param name="start">The file's first bytes, UTF-8 without a mark.</param>
    /// <param name="isWhole">Whether there are no others.</param>
    /// <exception cref="UploadRefusedException">There is no header, or it is cut.</exception>
    internal static CsvHeader Read(ReadOnlyMemory<byte> start, bool isWhole)
    {
        if (start.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new UploadRefusedException(isWhole ? "The file is empty." : "The file begins with nothing but blank lines.");
        }

        if (!isWhole && start.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            throw new UploadRefusedException($"The first line must name the columns; this one is longer than {MaxBytes / 1024} KiB.");
        }

        // A hint decides. Else, of the separators that the line can be read with, the one that finds most columns we know, and of several the one that finds most columns.
        var candidates = (start.Span.StartsWith("sep="u8) ? [null] : Separators).Select(separator => ReadWith(separator, start)).ToList();
        var best = candidates.OfType<CsvHeader>().MaxBy(header => (header.Names.Count(CustomerColumns.IsKnown), header.Names.Count));

        // A line that is not in columns, though it would be with a separator that its quotes do not fit, has wrong quotes.
        return best is null || (best.Names.Count == 1 && candidates.Contains(null))
            ? throw new UploadRefusedException("The line that names the columns has a quote that is not closed, or text behind one.")
            : best;
    }

    /// <summary>Whether a file that is wholly in <paramref name="start"/> has at least one row.</summary>
    internal bool HasRows(ReadOnlyMemory<byte> start)
    {
        using var csv = CsvReader.Create(start, new CsvReaderOptions { Separator = HasHint ? null : Separator });
        return csv.Read();
    }

    /// <returns>Null when the line's quotes do not fit the separator.</returns>
    private static CsvHeader? ReadWith(char? separator, ReadOnlyMemory<byte> start)
    {
        CsvMalformedReason? fault = null;
        var options = new CsvReaderOptions
        {
            Separator = separator,
            OnMalformedRecord = malformed => fault = malformed.Reason,
        };
        using var csv = CsvReader.Create(start, options);
        csv.ReadHeader();
        return fault is null or CsvMalformedReason.StrayQuote
            ? new CsvHeader(csv.Separator, separator is null, [.. csv.Headers])
            : null;
    }
}
