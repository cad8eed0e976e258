using System.Runtime.CompilerServices;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>
/// The rows of a file. A quote that is never closed, or only by the next one further down, would swallow good rows: such a row ends at the end of its first line,
/// and reading goes on with the next.
/// </summary>
/// <param name="file">UTF-8; can seek.</param>
/// <param name="header">Its first line.</param>
internal sealed class CsvRows(Stream file, CsvHeader header)
{
    /// <summary>All rows but blank ones, in their order. The same file gives the same rows.</summary>
    public async IAsyncEnumerable<UploadedRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CsvPlace? next = CsvPlace.Beginning;
        while (next is { } start)
        {
            next = null;
            using var pass = new CsvPass(file, header, start, linesInQuotes: true);
            while (next is null && await pass.ReadAsync(cancellationToken))
            {
                if (pass.IsTorn)
                {
                    (var row, next) = await ReadFirstLineAsync(pass.Place, cancellationToken);
                    yield return row;
                }
                else if (pass.Row() is var row && !Array.TrueForAll(row.Cells, string.IsNullOrWhiteSpace))
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>The line at a place as a row of its own, and where it ends.</summary>
    private async Task<(UploadedRow Row, CsvPlace End)> ReadFirstLineAsync(CsvPlace place, CancellationToken cancellationToken)
    {
        using var pass = new CsvPass(file, header, place, linesInQuotes: false);
        await pass.ReadAsync(cancellationToken);
        return (pass.Row() with { Fault = CsvPass.OpenQuote }, pass.End);
    }
}

/// <summary>A row as it stands in the file.</summary>
/// <param name="Line">The line it begins in, from 1; the header and lines inside of quotes count.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Cells">As many as it has.</param>
/// <param name="Fault">What is wrong with its quotes; null when nothing is.</param>
internal sealed record UploadedRow(long Line, long Offset, string[] Cells, string? Fault);
